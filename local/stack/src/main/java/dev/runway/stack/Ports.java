package dev.runway.stack;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The loopback ports of a stack by name.
 *
 * @param byName of the names of {@link #NAMES}; the stack of an older release has fewer
 */
public record Ports(Map<String, Integer> byName) {

  public static final String ZOOKEEPER = "zookeeper";
  public static final String BROKER = "broker";
  public static final String BROKER_CONTROLLER = "broker-controller";
  public static final String POSTGRES = "postgres";
  public static final String FLINK_UI = "flink-ui";
  public static final String JOBMANAGER_RPC = "jobmanager-rpc";
  public static final String JOBMANAGER_BLOB = "jobmanager-blob";
  public static final String METRICS_1 = "metrics-1";
  public static final String METRICS_2 = "metrics-2";
  public static final String METRICS_3 = "metrics-3";

  public static final String CONTROL = "control-api";

  /** Where metrics are; which process has which of them is settled among the processes. */
  public static final List<String> METRICS = List.of(METRICS_1, METRICS_2, METRICS_3);

  /** In the order in which {@code --port-base} numbers them. */
  public static final List<String> NAMES =
      List.of(
          FLINK_UI,
          BROKER,
          POSTGRES,
          ZOOKEEPER,
          BROKER_CONTROLLER,
          JOBMANAGER_RPC,
          JOBMANAGER_BLOB,
          METRICS_1,
          METRICS_2,
          METRICS_3,
          CONTROL);

  public Ports {
    byName = Map.copyOf(new TreeMap<>(byName));
    if (!NAMES.containsAll(byName.keySet())) {
      throw new IllegalArgumentException("ports " + byName.keySet() + " must be among " + NAMES);
    }
  }

  /** The component that listens on a port. */
  public static String owner(String name) {
    return switch (name) {
      case ZOOKEEPER, POSTGRES, CONTROL -> name;
      case BROKER, BROKER_CONTROLLER -> "broker";
      case METRICS_2 -> "taskmanager-1";
      case METRICS_3 -> "taskmanager-2";
      default -> "jobmanager";
    };
  }

  public boolean has(String name) {
    return byName.containsKey(name);
  }

  public int of(String name) {
    Integer port = byName.get(name);
    if (port == null) {
      throw new IllegalArgumentException("no port is called " + name);
    }
    return port;
  }
}
