-- Whoever approves beside a training that may still run has been told of it. Which one that was is kept with what they
-- said: when they said it and when that training ended are times of two clocks. What was approved before this release
-- and still waits beside such a training is asked for once more.

ALTER TABLE retrain_approvals ADD COLUMN told_of uuid;

COMMENT ON COLUMN retrain_approvals.told_of IS
    'The training before it that may still run, which the person who approved was told of; null when there was none.';
