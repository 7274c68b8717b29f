-- One text for SQLite and PostgreSQL. Times are milliseconds since 1970, by the database's clock.

-- A run: one access list on its way to what it says.
CREATE TABLE runs (
  run BIGINT PRIMARY KEY,
  made_at BIGINT NOT NULL,
  source TEXT NOT NULL,
  service TEXT NOT NULL,
  options TEXT NOT NULL,
  -- gathering, planning, planned, ended
  state TEXT NOT NULL,
  stopped TEXT,
  last_row BIGINT NOT NULL,
  last_step BIGINT NOT NULL
);

-- The items that the rows name, in the order in which they first come.
CREATE TABLE items (
  run BIGINT NOT NULL,
  item BIGINT NOT NULL,
  address TEXT NOT NULL,
  -- What was read when it was planned.
  fingerprint TEXT,
  -- gathered, planned, closed
  state TEXT NOT NULL,
  PRIMARY KEY (run, item)
);
CREATE UNIQUE INDEX items_by_address ON items (run, address);
CREATE INDEX items_by_state ON items (run, state, item);

-- The rows of the list, by their number from 1, and what became of each.
CREATE TABLE rows (
  run BIGINT NOT NULL,
  number BIGINT NOT NULL,
  item BIGINT NOT NULL,
  line BIGINT NOT NULL,
  row_json TEXT NOT NULL,
  word TEXT,
  request_id TEXT,
  why TEXT,
  next TEXT
);
CREATE UNIQUE INDEX rows_by_item ON rows (run, item, number);

-- What is to be asked. A step that is sent has its intent committed; it leaves that state with its outcome, or by
-- somebody who reads what came of it.
CREATE TABLE steps (
  run BIGINT NOT NULL,
  step BIGINT NOT NULL,
  item BIGINT NOT NULL,
  -- What goes first: 0 no mail, 1 mails, 2 mails to people outside, 3 takes away.
  rank BIGINT NOT NULL,
  mails BIGINT NOT NULL,
  -- How many of its mails go to people outside.
  outside BIGINT NOT NULL,
  -- waiting, claimed, sent, doubt, settling; and ended: done, refused, unsettled, split
  state TEXT NOT NULL,
  step_json TEXT NOT NULL,
  worker TEXT,
  sent_at BIGINT,
  not_before BIGINT NOT NULL,
  looked BIGINT NOT NULL,
  outcome_json TEXT,
  PRIMARY KEY (run, step)
);
CREATE INDEX steps_by_state ON steps (run, state, rank, step);
CREATE INDEX steps_by_item ON steps (run, item, step);

-- Who is at work. Whoever is silent for longer than its lease is taken for dead.
CREATE TABLE workers (
  run BIGINT NOT NULL,
  worker TEXT NOT NULL,
  lease_until BIGINT NOT NULL,
  PRIMARY KEY (run, worker)
);
CREATE UNIQUE INDEX rows_by_number ON rows (run, number);
