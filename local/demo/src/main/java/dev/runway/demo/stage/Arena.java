package dev.runway.demo.stage;

import dev.runway.demo.drift.DriftStory;
import dev.runway.demo.drift.DriftWatch;
import dev.runway.demo.result.ModelVersion;
import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A namespace of its own in a running stack: topics, jobs, and a schema of tables. The event time
 * of what is played here never meets that of the live topics, whose watermark it would ruin.
 */
public final class Arena {
  private static final long DELETE_SECONDS = 120;

  private final DemoStack stack;
  private final String namespace;
  private final String schema;
  private final DemoStack.TableAccess tables;
  private final List<ModelDocument> models;
  private final @Nullable Watched watched;
  private Map<ModelVersion, Long> driftWindows;

  private Arena(
      DemoStack stack,
      String namespace,
      DemoStack.TableAccess tables,
      List<ModelDocument> models,
      @Nullable Watched watched) {
    this.stack = stack;
    this.namespace = namespace;
    this.schema = schema(namespace);
    this.tables = tables;
    this.models = List.copyOf(models);
    this.watched = watched;
    this.driftWindows =
        watched == null ? Map.of() : windows(models, watched.watch(), watched.baselines());
  }

  /**
   * Opens an empty arena; whatever is left of an earlier one of that name is cleared away.
   *
   * @param namespace lower-case letters, digits and dashes; its schema has underscores for dashes
   */
  public static Arena open(DemoStack stack, String namespace, List<ModelDocument> models)
      throws IOException, InterruptedException {
    return open(stack, namespace, models, null);
  }

  /**
   * The same, in which drift is looked for.
   *
   * @param watched null for an arena without drift-monitor
   */
  public static Arena open(
      DemoStack stack, String namespace, List<ModelDocument> models, @Nullable Watched watched)
      throws IOException, InterruptedException {
    String schema = schema(namespace);
    clear(stack, namespace);
    try {
      stack.makeTopics(namespace);
      DemoStack.TableAccess tables = stack.makeTables(schema);
      register(stack.bootstrapServers(), namespace, models);
      if (watched != null) {
        publish(stack.bootstrapServers(), namespace, watched.baselines());
      }
      DriftWatch watch = watched == null ? null : watched.watch();
      stack.startJobs(namespace, schema, watch);
      return new Arena(stack, namespace, tables, models, watched);
    } catch (IOException | InterruptedException | RuntimeException e) {
      clear(stack, namespace);
      throw e;
    }
  }

  /** Stops the jobs of a namespace and deletes its topics; fine when there is nothing of it. */
  public static void clear(DemoStack stack, String namespace)
      throws IOException, InterruptedException {
    stop(stack, namespace);
    deleteTopics(stack.bootstrapServers(), namespace);
  }

  /** Stops the jobs of a namespace for good; its topics and tables can still be read. */
  public static void stop(DemoStack stack, String namespace)
      throws IOException, InterruptedException {
    stack.stopJobs(namespace);
    stack.forgetJobs(namespace);
  }

  private static Map<ModelVersion, Long> windows(
      List<ModelDocument> models, DriftWatch watch, List<Baseline> baselines) {
    Map<ModelVersion, Long> windows = new HashMap<>();
    for (Baseline baseline : baselines) {
      for (ModelDocument model : models) {
        if (model.modelId().equals(baseline.modelId())) {
          windows.put(
              new ModelVersion(baseline.modelId(), baseline.modelVersion()),
              watch.window(model.tier()).toMillis());
        }
      }
    }
    return windows;
  }

  /** The schema of a namespace. */
  public static String schema(String namespace) {
    return namespace.replace('-', '_');
  }

  public String namespace() {
    return namespace;
  }

  public String schema() {
    return schema;
  }

  public DemoStack.TableAccess tables() {
    return tables;
  }

  public DemoStack stack() {
    return stack;
  }

  /** Length of the windows in which drift is judged, by version that has a baseline. */
  public Map<ModelVersion, Long> driftWindows() {
    return Map.copyOf(driftWindows);
  }

  /** A model of which nothing is known but how long its predictions are gathered. */
  public DriftStory driftStory(ModelDocument model) {
    if (watched == null) {
      throw new IllegalStateException("nobody looks for drift in " + namespace);
    }
    return DriftStory.none(model.modelId(), watched.watch().window(model.tier()));
  }

  /**
   * Where drift-monitor has made baselines of versions that had none: has it begin anew, for it has
   * read all that was played by then, and predictions that were read without a baseline are in no
   * tile.
   *
   * @param patience how long it may take to read what was played
   * @return whether it begins anew, and more readings are to come
   */
  boolean judgeByOwnBaselines(Duration patience) throws IOException, InterruptedException {
    if (watched == null || !watched.again()) {
      return false;
    }
    OwnBaselines own = new OwnBaselines(stack.bootstrapServers(), namespace);
    own.awaitAllRead(stack.driftGroup(namespace), patience);
    List<Baseline> all = new ArrayList<>(watched.baselines());
    all.addAll(own.read());
    Map<ModelVersion, Long> windows = windows(models, watched.watch(), all);
    if (windows.equals(driftWindows)) {
      return false;
    }
    stack.restartDrift(namespace, watched.watch());
    driftWindows = windows;
    return true;
  }

  /** What is wrong with the jobs, one line each. */
  public List<String> troubles() throws IOException, InterruptedException {
    return stack.jobTroubles(namespace);
  }

  /** Stops the jobs for good; topics and tables can still be read. */
  public void stop() throws IOException, InterruptedException {
    stop(stack, namespace);
  }

  /** Stops the jobs and deletes the topics; the tables stay. */
  public void close() throws IOException, InterruptedException {
    clear(stack, namespace);
  }

  static void register(String bootstrapServers, String namespace, List<ModelDocument> models)
      throws IOException, InterruptedException {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (ModelDocument model : models) {
      byte[] key = model.modelId().getBytes(StandardCharsets.US_ASCII);
      records.add(
          new ProducerRecord<>(Topic.MODELS.in(namespace), key, ModelDocumentCodec.write(model)));
    }
    send(bootstrapServers, "model documents", records);
  }

  private static void publish(String bootstrapServers, String namespace, List<Baseline> baselines)
      throws IOException, InterruptedException {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (Baseline baseline : baselines) {
      records.add(
          new ProducerRecord<>(
              Topic.BASELINES.in(namespace), baseline.key(), BaselineCodec.write(baseline)));
    }
    send(bootstrapServers, "baselines", records);
  }

  private static void send(
      String bootstrapServers, String what, List<ProducerRecord<byte[], byte[]>> records)
      throws IOException, InterruptedException {
    Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers, "acks", "all");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (ProducerRecord<byte[], byte[]> record : records) {
        producer.send(record).get();
      }
    } catch (ExecutionException e) {
      throw new IOException("the broker does not take " + what + ": " + e.getCause(), e);
    }
  }

  static void deleteTopics(String bootstrapServers, String namespace)
      throws IOException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      Set<String> doomed = topics(admin, namespace);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DELETE_SECONDS);
      // A deletion is done when nobody lists the topic any more; only then can it be made anew.
      while (!doomed.isEmpty()) {
        delete(admin, doomed);
        doomed = topics(admin, namespace);
        if (System.nanoTime() > deadline) {
          throw new IOException("the broker does not delete " + doomed);
        }
      }
    } catch (ExecutionException e) {
      throw new IOException("cannot clear the topics of " + namespace + ": " + e.getCause(), e);
    }
  }

  private static void delete(Admin admin, Set<String> topics)
      throws InterruptedException, ExecutionException {
    try {
      admin.deleteTopics(topics).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw e;
      }
    }
  }

  private static Set<String> topics(Admin admin, String namespace)
      throws InterruptedException, ExecutionException {
    Set<String> topics = new HashSet<>(admin.listTopics().names().get());
    topics.removeIf(topic -> !topic.startsWith(namespace + "."));
    return topics;
  }
}
