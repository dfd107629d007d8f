package dev.runway.stack;

import dev.runway.model.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the topics of the catalogue on the local broker. */
public final class TopicKeeper {

  private static final short ONE_BROKER = 1;
  private static final int LIMIT_MILLIS = 120_000;

  private final String bootstrapServers;

  public TopicKeeper(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Creates what is missing in a namespace and leaves what exists.
   *
   * @return how many were created
   */
  public int create(String namespace) throws InterruptedException, ExecutionException {
    try (Admin admin = admin()) {
      Set<String> existing = admin.listTopics().names().get();
      List<NewTopic> missing = new ArrayList<>();
      for (Topic topic : Topic.values()) {
        if (!existing.contains(topic.in(namespace))) {
          missing.add(
              new NewTopic(topic.in(namespace), topic.partitions(), ONE_BROKER)
                  .configs(topic.settings()));
        }
      }
      create(admin, missing);
      return missing.size();
    }
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

  private Admin admin() {
    return Admin.create(
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, LIMIT_MILLIS,
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, LIMIT_MILLIS));
  }
}
