package dev.runway.deploy;

import dev.runway.model.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/** Creates the topics of the catalogue on a broker, and says which are not as it has them. */
public final class Topics {

  private static final int LIMIT_MILLIS = 120_000;

  private final Properties client;

  /**
   * @param bootstrapServers brokers as host:port, separated by commas
   */
  public Topics(String bootstrapServers) {
    this(bootstrapServers, new Properties());
  }

  /**
   * @param further settings of the client, such as those of TLS and SASL
   */
  public Topics(String bootstrapServers, Properties further) {
    client = new Properties();
    client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, LIMIT_MILLIS);
    client.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, LIMIT_MILLIS);
    client.putAll(further);
    client.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
  }

  /** Creates what is missing in a namespace as the local stack has it: one copy of each record. */
  public int create(String namespace) throws InterruptedException, ExecutionException {
    return create(namespace, Topic.PREDICTIONS.partitions(), (short) 1);
  }

  /**
   * Creates what is missing in a namespace and leaves what exists.
   *
   * @param partitions of the topics that are read by many subtasks; those of which the order of all
   *     records counts have one
   * @param replicas of each record
   * @return how many were created
   */
  public int create(String namespace, int partitions, short replicas)
      throws InterruptedException, ExecutionException {
    try (Admin admin = Admin.create(client)) {
      Set<String> existing = admin.listTopics().names().get();
      List<NewTopic> missing = new ArrayList<>();
      for (Topic topic : Topic.values()) {
        if (!existing.contains(topic.in(namespace))) {
          missing.add(
              new NewTopic(topic.in(namespace), of(topic, partitions), replicas)
                  .configs(topic.settings()));
        }
      }
      create(admin, missing);
      return missing.size();
    }
  }

  /**
   * How topics that are there differ from the catalogue: by settings, or by partitions where one or
   * the same number as of others is needed.
   *
   * @return a line for each difference, in the order of the catalogue; none if all is well
   */
  public List<String> differences(String namespace)
      throws InterruptedException, ExecutionException {
    try (Admin admin = Admin.create(client)) {
      Map<String, Integer> partitions = partitions(admin, namespace);
      Map<String, Config> settings = settings(admin, partitions.keySet());
      Integer joined = partitions.get(Topic.PREDICTIONS.in(namespace));
      List<String> found = new ArrayList<>();
      for (Topic topic : Topic.values()) {
        String name = topic.in(namespace);
        Integer own = partitions.get(name);
        if (own == null) {
          found.add(name + ": is missing");
          continue;
        }
        if (topic.partitions() == 1 && own != 1) {
          found.add(name + ": has " + own + " partitions, must have 1: the order of all counts");
        }
        if (topic == Topic.OUTCOMES && !own.equals(joined)) {
          found.add(name + ": has " + own + " partitions, predictions have " + joined);
        }
        new TreeMap<>(topic.settings())
            .forEach(
                (setting, wanted) -> {
                  @Nullable String is = value(settings.get(name), setting);
                  if (!wanted.equals(is)) {
                    found.add(name + ": " + setting + " is " + is + ", should be " + wanted);
                  }
                });
      }
      return found;
    }
  }

  private static int of(Topic topic, int partitions) {
    return topic.partitions() == 1 ? 1 : partitions;
  }

  private static Map<String, Integer> partitions(Admin admin, String namespace)
      throws InterruptedException, ExecutionException {
    Set<String> existing = admin.listTopics().names().get();
    List<String> ours = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      if (existing.contains(topic.in(namespace))) {
        ours.add(topic.in(namespace));
      }
    }
    return admin.describeTopics(ours).allTopicNames().get().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().partitions().size()));
  }

  private static Map<String, Config> settings(Admin admin, Set<String> topics)
      throws InterruptedException, ExecutionException {
    List<ConfigResource> resources =
        topics.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
    return admin.describeConfigs(resources).all().get().entrySet().stream()
        .collect(Collectors.toMap(each -> each.getKey().name(), Map.Entry::getValue));
  }

  private static @Nullable String value(@Nullable Config config, String setting) {
    return config == null || config.get(setting) == null ? null : config.get(setting).value();
  }

  private static void create(Admin admin, List<NewTopic> missing)
      throws InterruptedException, ExecutionException {
    for (var result : admin.createTopics(missing).values().values()) {
      try {
        result.get();
      } catch (ExecutionException e) {
        // Another client was faster: just what was wanted.
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
  }
}
