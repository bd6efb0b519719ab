/** Rosters that nobody should apply. */

const HEAD = 'name,groups,role\n'

/** What is in each, and what is said about it. */
export const hostileRosters: Readonly<Record<string, readonly [string | Uint8Array, RegExp]>> = {
  'broken UTF-8 in a name': [Buffer.from(`${HEAD}ada,,\nj\xf6rg,,\n`, 'latin1'), /:3: is not UTF-8/],
  'broken UTF-8 in a column that is not ours': [
    Buffer.from('name,remark\nada,\xe9t\xe9\n', 'latin1'),
    /:2: is not UTF-8/,
  ],
  'UTF-16': [Buffer.from(`\ufeff${HEAD}ada,,\n`, 'utf16le'), /:1: (is not UTF-8|holds a byte of zero)/],
  'a byte of zero': [`${HEAD}ada,,\neve\0,,\n`, /:3: holds a byte of zero/],
  '3 MB': [HEAD + 'x'.repeat(3_000_000), /is larger than 1 MB/],
  'no header': ['ada,class-a,\neve,class-a,\n', /:1: name: expected a header/],
  nothing: ['', /:1: is empty: expected a header/],
  'the same name twice': [`${HEAD}ada,,\neve,,\nADA,,\n`, /:4: name: ada stands in line 2 already/],
  'an owner': [`${HEAD}ada,,\neve,,owner\n`, /:3: role: owners stand in config\.yaml/],
  'an instructor of nothing': [`${HEAD}eve,,instructor\n`, /:2: groups: expected at least one group/],
  'a group of the hub': [`${HEAD}eve,jupyterhub-admins,\n`, /:2: groups: .*found 'jupyterhub-admins'/],
  'a group that is an option': [`${HEAD}eve,-G,\n`, /:2: groups: .*found '-G'/],
  'a cell that never ends': [`${HEAD}"eve,,\nada,,\n`, /:2: .*quote/],
  'hostile names': [
    `${HEAD}../etc,,\n$(id),,\n{{7*7}},,\n%n,,\n`,
    /:2: name: .*:3: name: .*:4: name: .*:5: name: /s,
  ],
}
