package dev.runway.bench.loopfaults;

import java.util.List;

/** What is killed. */
public enum Victim {
  TASK_MANAGER("TaskManager"),
  JOB_MANAGER("JobManager"),
  BROKER("broker"),
  POSTGRES("PostgreSQL"),
  /** Of the namespace, which no supervisor keeps. */
  CONTROL_API("control API");

  private final String words;

  Victim(String words) {
    this.words = words;
  }

  /** For people. */
  public String words() {
    return words;
  }

  /** Those of the stack, all of which die at once; none for what the stack does not keep. */
  List<String> components() {
    return switch (this) {
      case TASK_MANAGER -> List.of("taskmanager-1", "taskmanager-2");
      case JOB_MANAGER -> List.of("jobmanager");
      case BROKER -> List.of("broker");
      case POSTGRES -> List.of("postgres");
      case CONTROL_API -> List.of();
    };
  }
}
