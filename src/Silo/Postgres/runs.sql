-- What is kept of runs: for each run, bytes under names. It can be run again at any time.

CREATE TABLE IF NOT EXISTS run_store
(
    run   text  COLLATE "C" NOT NULL,   -- ordinal order
    name  text  COLLATE "C" NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (run, name)
);

-- Checkpoints and folders do not become smaller by being compressed again.
ALTER TABLE run_store ALTER COLUMN bytes SET STORAGE EXTERNAL;
