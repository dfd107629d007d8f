package dev.runway.bench.loopfaults;

import java.util.List;

/** What is killed. */
public enum Victim {
  TASK_MANAGER("TaskManager", List.of("taskmanager-1", "taskmanager-2")),
  JOB_MANAGER("JobManager", List.of("jobmanager")),
  BROKER("broker", List.of("broker")),
  POSTGRES("PostgreSQL", List.of("postgres")),
  /** Of the namespace, which no supervisor keeps. */
  CONTROL_API("control API", List.of());

  private final String words;
  private final List<String> components;

  Victim(String words, List<String> components) {
    this.words = words;
    this.components = components;
  }

  /** For people. */
  public String words() {
    return words;
  }

  /** Those of the stack, all of which die at once; none for what the stack does not keep. */
  List<String> components() {
    return components;
  }
}
