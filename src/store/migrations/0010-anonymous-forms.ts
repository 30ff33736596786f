// Anonymous forms: counters, notes without a writer, and who has handed one in. No table connects a person with an answer.

export const anonymousForms = `
-- One row for each option from the start; every hand-in rewrites all rows of the form, so that no row tells which one was touched last.
create table anonymous_count (
  form text not null,
  question int not null,
  option int not null,
  count int not null default 0,
  primary key (form, question, option)
);

-- No member, no time, a random id, sealed; all notes of a form are written anew in random order whenever one is added.
create table anonymous_note (
  id text primary key,
  form text not null,
  text text not null
);

-- Only so that nobody hands in twice; no time; written anew in random order each time, and deleted when the form is over.
create table anonymous_taken (
  form text not null,
  member text not null references member on delete cascade,
  primary key (form, member)
);

-- How many were handed in: stays when the rows of anonymous_taken are gone.
create table anonymous_total (form text primary key, taken int not null default 0);
`;
