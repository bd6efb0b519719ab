import { expect, test } from 'vitest'

import { groupProblem } from '../src/group-names.ts'

test.each(['course-a', '_x', 'a', 'null', 'constructor', 'tljh', 'jupyter', 'a'.repeat(32)])(
  '%s is right',
  (name) => {
    expect(groupProblem(name)).toBeUndefined()
  },
)

test.each(['', '-a', '1a', 'A', 'a b', 'a\n', 'a:b', 'a,b', 'é', 'аdmin', '..', '%h', 'a'.repeat(33)])(
  '%j is no name of a unix group',
  (name) => {
    expect(groupProblem(name)).toMatch(/^expected the name of a unix group/)
  },
)

test.each(['tljh-', 'tljh-hub', 'jupyter-ada', 'jupyterhub-admins', '__proto__'])(
  '%s is not for people',
  (name) => {
    expect(groupProblem(name)).toMatch(/^expected another name/)
  },
)
