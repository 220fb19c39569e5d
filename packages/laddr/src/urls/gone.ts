/** Pages that the new site does not have, by first segment, with what to do instead. */
export const gonePages: Readonly<Record<string, string>> = {
  checkin: 'Checking in to events ended with the old site.',
  bigscreen: 'The big screen of checked-in members ended with the old site.',
  'top-members': 'The list of most active members ended with the old site. All members are at /members.',
  profile: 'The old profile page is gone. Sign in and open your page below /members.',
  register: 'Registration on the old site is closed. The new site has its own way to sign up.',
};
