-- Answers that came when the worker's lease had lapsed, and others had taken its steps for a dead worker's.
CREATE TABLE late_answers (
  run BIGINT NOT NULL,
  step BIGINT NOT NULL,
  worker TEXT NOT NULL,
  told_at BIGINT NOT NULL,
  outcome_json TEXT NOT NULL,
  PRIMARY KEY (run, step, worker)
);
