// Ways to find what is asked for again and again, however long the history grows.

export const lookUps = `
-- The events of a branch, among the many duties of its members.
create index on duty (unit, starts_at) where member is null;
-- The dues of a member for a month.
create index on fact (member, month) where month is not null;
`;
