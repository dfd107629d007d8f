package dev.runway.flink;

import java.io.Serializable;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * How to reach the brokers.
 *
 * @param bootstrapServers host:port, separated by commas
 * @param properties further client settings such as those of TLS and SASL; they win over Runway's
 */
public record KafkaAccess(String bootstrapServers, Map<String, String> properties)
    implements Serializable {

  public KafkaAccess {
    // A map that Java serialization and a stable toString both like.
    properties = new TreeMap<>(properties);
  }

  /** Brokers without further settings. */
  public static KafkaAccess of(String bootstrapServers) {
    return new KafkaAccess(bootstrapServers, Map.of());
  }

  /** Client properties: the brokers, then the given defaults, then the deployment's own. */
  Properties clientProperties(Map<String, String> defaults) {
    Properties all = new Properties();
    all.putAll(defaults);
    all.putAll(properties);
    all.setProperty("bootstrap.servers", bootstrapServers);
    return all;
  }

  /** Names the brokers only: properties may hold secrets. */
  @Override
  public String toString() {
    return bootstrapServers;
  }
}
