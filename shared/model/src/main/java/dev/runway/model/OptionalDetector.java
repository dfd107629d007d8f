package dev.runway.model;

/**
 * Change detectors that a model document may ask for beside Page-Hinkley and ADWIN. A name that is
 * here once stays, for documents name it.
 */
public enum OptionalDetector {
  /** Error rate against the lowest so far; alarms half of all streams without a change. */
  DDM,
  /** Distance between errors; alarms nearly all streams without a change. */
  EDDM,
  /** The newest residuals against those before them, whatever their law. */
  KSWIN;

  /** Whether a model of such a task has what the detector looks at. */
  public boolean fits(Task task) {
    return switch (this) {
      // They know errors and nothing between: 1 or 0.
      case DDM, EDDM -> task == Task.BINARY || task == Task.MULTICLASS;
      // Errors have no law beside their rate.
      case KSWIN -> task == Task.REGRESSION;
    };
  }
}
