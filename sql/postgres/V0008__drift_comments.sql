-- What two columns of drift mean, said better. Comments alone: no data and no view changes.
--
-- p_value of concept drift is the one that decides, which is not the plain G-test: that one has rows of
-- its own, of the metric g_test. Since a season may excuse a feature there are rows that say so.

COMMENT ON COLUMN v_concept_drift.p_value IS
    'Probability of outcomes this different while the true value is at most 0.01, which is tolerated; rows of the metric g_test have that of no change at all.';
COMMENT ON COLUMN drift_readings.metric IS
    'Name of the metric, such as psi_debiased; severity for the feature as a whole, and excused_by_week where a season excuses it, with the number of weeks since the same hours were the same. Of the model: severity, and the numbers of features, of those evaluated, of those flagged and, if there are any, of those excused.';
COMMENT ON COLUMN v_drift_readings.metric IS
    'Name of the metric, such as psi_debiased; severity for the feature as a whole, and excused_by_week where a season excuses it, with the number of weeks since the same hours were the same. Of the model: severity, and the numbers of features, of those evaluated, of those flagged and, if there are any, of those excused.';
