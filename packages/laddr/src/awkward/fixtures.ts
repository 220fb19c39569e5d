import { type CaseRow, rowOf } from './case.ts';

const account = (id: string, name: string, level: string, sha1: string): CaseRow =>
  rowOf('people', {
    ID: id,
    FirstName: name,
    LastName: 'User',
    Email: `${name === 'Regular' ? 'user' : name.toLowerCase()}@example.org`,
    Username: name === 'Regular' ? 'user' : name.toLowerCase(),
    Password: sha1,
    AccountLevel: level,
  });

/** Rows of laddr's own public fixtures, which the cases refer to. Each password is the SHA-1 of the username. */
export const fixtureRows: Readonly<Record<string, readonly CaseRow[]>> = {
  people: [
    account('1', 'System', 'Developer', '317f1e761f2faa8da781a4762b9dcc2c5cad209a'),
    account('2', 'Admin', 'Administrator', 'd033e22ae348aeb5660fc2140aec35850c4da997'),
    account('3', 'Staff', 'Staff', '6ccb4b7c39a6e77f76ecfa935a855c6c46ad5611'),
    account('4', 'Regular', 'User', '12dea96fec20593566ab75692c9949596833adc9'),
  ],
  projects: [
    rowOf('projects', {
      ID: '1',
      Created: '2022-10-05 00:41:02',
      CreatorID: '2',
      Modified: '2022-10-05 00:41:20',
      ModifierID: '2',
      Title: 'Laddr',
      Handle: 'laddr',
      UsersUrl: 'http://codeforphilly.github.io/laddr/',
      DevelopersUrl: 'https://github.com/CodeForPhilly/laddr',
      NextUpdate: '2',
      Stage: 'Maintaining',
      ChatChannel: 'laddr',
    }),
  ],
  project_members: [rowOf('project_members', { ID: '1', CreatorID: '2', Role: 'Founder' })],
  project_updates: [
    rowOf('project_updates', {
      ID: '1',
      CreatorID: '2',
      Body: 'Today we set up sample data to add to the project repository',
    }),
  ],
  project_buzz: [
    rowOf('project_buzz', {
      ID: '1',
      CreatorID: '2',
      Handle: 'laddr_v3.1.1_released',
      Headline: 'Laddr v3.1.1 released!',
      URL: 'https://github.com/CodeForPhilly/laddr/releases/tag/v3.1.1',
      Published: '2022-08-06 19:15:00',
      Summary: '## Technical\r\n\r\n- chore(deps): bump emergence-slack to v1.0.2 @themightychris',
    }),
  ],
};
