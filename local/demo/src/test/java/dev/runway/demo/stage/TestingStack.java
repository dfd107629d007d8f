package dev.runway.demo.stage;

import dev.runway.demo.drift.DriftWatch;
import dev.runway.groundtruth.GroundTruthJob;
import dev.runway.model.Topic;
import dev.runway.testkit.KafkaBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;

/** The real broker and the real join job on a cluster in this JVM; no tables. */
class TestingStack implements DemoStack {
  private final KafkaBroker broker;
  private final Path folder;

  TestingStack(KafkaBroker broker, Path folder) {
    this.broker = broker;
    this.folder = folder;
  }

  @Override
  public void ensureUp() {}

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public Path temporaryFolder() {
    return folder;
  }

  @Override
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  @Override
  public String flinkUrl() {
    return "http://127.0.0.1";
  }

  @Override
  public ControlAccess control() {
    throw new UnsupportedOperationException("no control API here");
  }

  @Override
  public void makeTopics(String namespace) {
    List<NewTopic> topics = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      topics.add(
          new NewTopic(topic.in(namespace), topic.partitions(), (short) 1)
              .configs(topic.settings()));
    }
    broker.createTopics(topics);
  }

  @Override
  public TableAccess makeTables(String schema) {
    return new TableAccess("jdbc:postgresql://127.0.0.1/none", "nobody", "", folder);
  }

  @Override
  public void dropTables(String schema) {}

  /** The job ends with the cluster, after the test. */
  @Override
  public void startJobs(String namespace, String schema, @Nullable DriftWatch watch) {
    String[] arguments = {
      "--runway.kafka.bootstrap-servers", broker.bootstrapServers(),
      "--runway.namespace", namespace,
      "--runway.events.earliest", "1980-01-01T00:00:00Z",
      "--runway.checkpoint.interval", "PT1S",
      "--runway.groundtruth.show-every", "PT1S",
      "--runway.groundtruth.late-memory", "P30D",
      "--runway.parallelism", "2"
    };
    Thread job =
        new Thread(
            () -> {
              try {
                GroundTruthJob.main(arguments);
              } catch (Exception e) {
                // The cluster cancels the job when the test ends; a test in need of it times out.
                System.err.println("job of " + namespace + " ended: " + e);
              }
            },
            "job-" + namespace);
    job.setDaemon(true);
    job.start();
  }

  @Override
  public String driftGroup(String namespace) {
    return namespace + "-drift-monitor";
  }

  /** There is none to restart. */
  @Override
  public void restartDrift(String namespace, DriftWatch watch) {}

  @Override
  public DemoStack archiving() {
    return this;
  }

  @Override
  public void stopJobs(String namespace) {}

  @Override
  public void forgetJobs(String namespace) {}

  @Override
  public List<String> jobTroubles(String namespace) {
    return List.of();
  }
}
