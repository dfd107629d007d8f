package dev.runway.stack.supervisor;

import dev.runway.stack.Installation;
import dev.runway.stack.Ports;
import dev.runway.stack.StackFolder;
import dev.runway.stack.flink.FlinkJvm;
import dev.runway.stack.flink.FlinkMemory;
import dev.runway.stack.flink.FlinkRest;
import java.util.ArrayList;
import java.util.List;

/** The components of a stack on given ports: the one list of them. */
final class Cluster {

  static final int TASK_MANAGERS = 2;

  private final FlinkRest rest;
  private final PostgresComponent postgres;
  private final List<Component> components = new ArrayList<>();

  Cluster(Installation installation, StackFolder folder, Ports ports) {
    FlinkJvm jvm = new FlinkJvm(installation, folder);
    FlinkMemory memory = new FlinkMemory(jvm);
    rest = new FlinkRest("http://127.0.0.1:" + ports.of(Ports.FLINK_UI));
    HaData ha = new HaData(folder);
    HaRemedy remedy = new HaRemedy(folder, ha);
    components.add(new ZooKeeperComponent(folder, jvm, ha, remedy, ports));
    components.add(new BrokerComponent(installation, folder, ports));
    postgres = new PostgresComponent(folder, ports);
    components.add(postgres);
    if (ports.has(Ports.CONTROL)) { // What an older release left running has none.
      components.add(new ControlComponent(installation, folder, ports));
    }
    components.add(new JobManagerComponent(folder, jvm, memory, rest, remedy, ports));
    for (int number = 1; number <= TASK_MANAGERS; number++) {
      components.add(new TaskManagerComponent(number, folder, jvm, memory, rest));
    }
  }

  FlinkRest rest() {
    return rest;
  }

  PostgresComponent postgres() {
    return postgres;
  }

  /** In the order of the status table. */
  List<Component> components() {
    return components;
  }

  /** Who keeps or reads Flink's high availability data, its keeper first. */
  static List<String> haUsers() {
    return List.of("zookeeper", "jobmanager", "taskmanager-1", "taskmanager-2");
  }

  /**
   * Groups to end one after the other: whoever uses another goes first. ZooKeeper last, because
   * Flink writes its farewell there.
   */
  static List<List<String>> endOrder() {
    return List.of(
        List.of(ControlComponent.NAME, "taskmanager-1", "taskmanager-2"),
        List.of("jobmanager"),
        List.of("broker", "postgres"),
        List.of("zookeeper"));
  }
}
