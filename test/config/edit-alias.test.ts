/** Aliases: an edit of one place is one of that place, and what others have by an alias they keep. */
import { expect, test } from 'vitest'

import {
  addToList,
  removeFromList,
  removeKey,
  replaceInLists,
  setEmptyList,
  setValue,
} from '../../src/config/edit.ts'

const ADMIN = ['users', 'admin']
const ALLOWED = ['users', 'allowed']
const GROUP = ['users', 'extra_user_groups', 'a']
const SHARED = 'users:\n  admin: &a # key\n    - ada # first\n    - eve\n  allowed: *a # same\n'

/** What is done, the text, what is done to it, and what it is then. */
const ROWS: readonly (readonly [string, string, (text: string) => string, string])[] = [
  [
    'a name leaves the list that another key points to',
    SHARED,
    (text) => removeFromList(text, ADMIN, ['ada']),
    'users:\n  admin: &a # key\n    - eve\n  allowed: [ada, eve] # same\n',
  ],
  [
    'a name leaves a list that is an alias',
    SHARED,
    (text) => removeFromList(text, ALLOWED, ['ada']),
    'users:\n  admin: &a # key\n    - ada # first\n    - eve\n  allowed: [eve] # same\n',
  ],
  [
    'a name joins a list that is an alias',
    SHARED,
    (text) => addToList(text, ALLOWED, ['ada', 'zoe']),
    'users:\n  admin: &a # key\n    - ada # first\n    - eve\n  allowed: [ada, eve, zoe] # same\n',
  ],
  ['a name that an alias stands for is there', SHARED, (text) => addToList(text, ALLOWED, ['eve']), SHARED],
  [
    'a name with an anchor leaves',
    'users:\n  admin: [&x ada, bob]\n  allowed: [*x , eve]\n',
    (text) => removeFromList(text, ADMIN, ['ada']),
    'users:\n  admin: [bob]\n  allowed: [ada , eve]\n',
  ],
  [
    'a name behind an alias leaves',
    'users:\n  admin: [&x ada, bob]\n  allowed:\n    - *x # gone\n    - eve\n',
    (text) => removeFromList(text, ALLOWED, ['ada']),
    'users:\n  admin: [&x ada, bob]\n  allowed:\n    - eve\n',
  ],
  [
    'a name behind an alias is there',
    'users:\n  admin: [&x ada]\n  allowed: [*x]\n',
    (text) => addToList(text, ALLOWED, ['ada']),
    'users:\n  admin: [&x ada]\n  allowed: [*x]\n',
  ],
  [
    'the map around a list has an anchor',
    'users: &u\n  admin:\n    - ada # gone\nauth: {X: *u} # copy\n',
    (text) => removeFromList(text, ADMIN, ['ada']),
    'users: &u\n  admin: []\nauth: {X: {admin: [ada]}} # copy\n',
  ],
  [
    'the map around a list is an alias',
    'auth:\n  X: &u {admin: [ada]} # first\nusers: *u # same\n',
    (text) => addToList(text, ADMIN, ['zoe']),
    'auth:\n  X: &u {admin: [ada]} # first\nusers: {admin: [ada, zoe]} # same\n',
  ],
  [
    'a key with an anchor goes',
    'users:\n  extra_user_groups:\n    a: &l [bob] # gone\n    b: *l # stays\n',
    (text) => removeKey(text, GROUP),
    'users:\n  extra_user_groups:\n    b: [bob] # stays\n',
  ],
  [
    'a key that is an alias goes',
    'users:\n  admin: &l [bob] # stays\n  extra_user_groups:\n    a: *l # gone\n',
    (text) => removeKey(text, GROUP),
    'users:\n  admin: &l [bob] # stays\n',
  ],
  [
    'an anchor that is given twice',
    'users:\n  admin: &l [ada]\n  banned: &l [bob]\n  allowed: *l\n',
    (text) => removeKey(text, ['users', 'banned']),
    'users:\n  admin: &l [ada]\n  allowed: [bob]\n',
  ],
  [
    'a value with an anchor is set',
    'http:\n  port: &p 80 # web\nlimits:\n  tasks: *p # same\n',
    (text) => setValue(text, ['http', 'port'], 81),
    'http:\n  port: &p 81 # web\nlimits:\n  tasks: 80 # same\n',
  ],
  [
    'a value that is an alias is set',
    'limits:\n  tasks: &p 80 # first\nhttp:\n  port: *p # web\n',
    (text) => setValue(text, ['http', 'port'], 81),
    'limits:\n  tasks: &p 80 # first\nhttp:\n  port: 81 # web\n',
  ],
  ['an alias is a list', SHARED, (text) => setEmptyList(text, ALLOWED), SHARED],
  [
    'all lists that are one are renamed as one',
    SHARED,
    (text) => replaceInLists(text, 'ada', 'zoe'),
    SHARED.replace('ada', 'zoe'),
  ],
  [
    'a list is renamed but not its copy elsewhere',
    'users:\n  admin: &a [ada]\nauth: {type: x.Y, Y: {admin_users: *a}} # copy\n',
    (text) => replaceInLists(text, 'ada', 'zoe'),
    'users:\n  admin: &a [zoe]\nauth: {type: x.Y, Y: {admin_users: [ada]}} # copy\n',
  ],
  [
    'a name behind an alias is renamed',
    'auth: {X: {a: &x ada}}\nusers:\n  admin: [ *x ] # boss\n',
    (text) => replaceInLists(text, 'ada', 'zoe'),
    'auth: {X: {a: &x ada}}\nusers:\n  admin: [ zoe ] # boss\n',
  ],
]

test.each(ROWS)('%s', (...[, before, edit, after]) => {
  expect(edit(before)).toBe(after)
  expect(edit(after)).toBe(after)
})
