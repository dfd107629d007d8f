package dev.runway.embedding;

import static dev.runway.embedding.TestingSpaces.SPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.flink.JobEnvironment;
import dev.runway.flink.Options;
import dev.runway.model.DeadLetter;
import dev.runway.model.DeadLetterCodec;
import dev.runway.model.Embedding;
import dev.runway.model.EmbeddingCodec;
import dev.runway.model.EmbeddingMixture;
import dev.runway.model.EmbeddingMixtureCodec;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingSpaceCodec;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.EmbeddingStability.Floor;
import dev.runway.model.EmbeddingStabilityCodec;
import dev.runway.model.EmbeddingTraffic;
import dev.runway.model.EmbeddingTrafficCodec;
import dev.runway.model.EmbeddingUse;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import dev.runway.model.Reason;
import dev.runway.model.Topic;
import dev.runway.testkit.FlinkCluster;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.Waits;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The whole job on a real broker and a Flink cluster in this JVM. */
class EmbeddingStabilityJobITCase {
  @RegisterExtension static final KafkaBroker BROKER = new KafkaBroker();
  @RegisterExtension static final FlinkCluster FLINK = new FlinkCluster();

  private static final long NOON = 1_700_000_000_000L / 3_600_000 * 3_600_000;
  private static final Duration PATIENCE = Waits.LONG;
  private static final int ITEMS = 1_400;
  private static final float[][] V1 = SomeVectors.clustered(ITEMS, 1);
  private static final float[][] AGAIN = SomeVectors.noisy(V1, 0.05, 2);
  private static final float[][] V2 = SomeVectors.rotated(SomeVectors.noisy(V1, 0.05, 3));

  @TempDir Path folder;

  private final Producer<byte[], byte[]> producer = BROKER.producer();
  private final Queue<Exception> refusals = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    producer.close();
  }

  @Test
  void killInTheMiddleOfARollout_endsWithTheVerdictOfAnUndisturbedRun(
      @InjectMiniCluster MiniCluster cluster) throws Exception {
    prepare("undisturbed");
    JobClient undisturbed = start("undisturbed");
    Map<String, EmbeddingStability> expected;
    try {
      announce("undisturbed");
      play("undisturbed", "v2", V2, 0, ITEMS);
      expected = awaitPairs("undisturbed");
    } finally {
      undisturbed.cancel().get();
    }
    assertThat(expected.get("v2"))
        .returns(Compatibility.ROTATED, EmbeddingStability::compatibility)
        .returns((long) ITEMS, EmbeddingStability::pairs);

    prepare("killed");
    JobClient killed = start("killed");
    try {
      announce("killed");
      play("killed", "v2", V2, 0, 600);
      await()
          .atMost(PATIENCE)
          .until(
              () -> newest("killed"),
              told -> told.containsKey("v2") && told.get("v2").pairs() == 600);
      assertThat(newest("killed").get("v2").compatibility()).isEqualTo(Compatibility.UNDECIDED);
      cluster.terminateTaskManager(0).get();
      cluster.startTaskManager();
      play("killed", "v2", V2, 600, ITEMS);

      Map<String, EmbeddingStability> told = awaitPairs("killed");
      assertThat(withoutPlaces(told)).isEqualTo(withoutPlaces(expected));
      EmbeddingStability v2 = told.get("v2");
      assertThat(Path.of(URI.create(v2.rotation().uri()))).exists();
      assertThat(v2.rotation().sha256()).isEqualTo(expected.get("v2").rotation().sha256());
      assertThat(deadLetters("killed"))
          .extracting(DeadLetter::reason)
          .contains(Reason.UNKNOWN_SPACE, Reason.BAD_VALUE, Reason.NOT_JSON, Reason.CONFLICT)
          .doesNotContain(Reason.UNKNOWN_VERSION);
      assertThat(awaitTraffic("killed", "v2", ITEMS))
          .returns(null, EmbeddingTraffic::reference)
          .returns(NOON, EmbeddingTraffic::windowStartMillis);
      assertThat(awaitTraffic("killed", "v1", ITEMS + 1).value("freshness_p50_seconds"))
          .isBetween(8.9, 9.1);
      EmbeddingMixture mixture = awaitMixture("killed", 400);
      assertThat(mixture.mixing()).isEqualTo(EmbeddingMixture.Mixing.WITHIN);
      assertThat(mixture.within().share()).isEqualTo(0.25);
      assertThat(mixture.spaceId()).isEqualTo(SPACE);
    } finally {
      killed.cancel().get();
    }
  }

  /** The two runs have a folder for rotations each. */
  private static Map<String, String> withoutPlaces(Map<String, EmbeddingStability> told) {
    Map<String, String> texts = new HashMap<>();
    told.forEach(
        (after, stability) ->
            texts.put(
                after,
                new String(EmbeddingStabilityCodec.write(stability), StandardCharsets.UTF_8)
                    .replaceAll("\"uri\":\"[^\"]*\"", "")));
    return texts;
  }

  /** The document, the version that is live, its baseline, and what nobody can use. */
  private void prepare(String namespace) {
    List<NewTopic> topics = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      topics.add(
          new NewTopic(topic.in(namespace), topic.partitions(), (short) 1)
              .configs(topic.settings()));
    }
    BROKER.createTopics(topics);
    send(
        Topic.MODELS.in(namespace),
        "ranker",
        "{\"model_id\":\"ranker\",\"task\":\"BINARY\",\"horizon\":\"P1D\"}"
            .getBytes(StandardCharsets.UTF_8));
    EmbeddingSpace planned = TestingSpaces.space(0, 1, 20_000, Usage.COORDINATES);
    write(
        namespace,
        TestingSpaces.of(
            planned,
            List.of(TestingSpaces.version("v1"), TestingSpaces.version("again")),
            List.of(),
            planned.baseline()));
    play(namespace, "v1", V1, 0, ITEMS);
    play(namespace, "again", AGAIN, 0, ITEMS);
    String embeddings = Topic.EMBEDDINGS.in(namespace);
    send(embeddings, "i", embedding("other", "v1", "i", V1[0]));
    send(embeddings, "i", embedding(SPACE, "v1", "i", new float[3]));
    send(embeddings, "i", "{\"space_id\":".getBytes(StandardCharsets.UTF_8));
    send(embeddings, "item-3", embedding(SPACE, "v1", "item-3", V1[4]));
    predict(namespace, 0, 300, "v1");
    predict(namespace, 300, 400, "v1", "v2");
    flush();
  }

  private void predict(String namespace, int from, int to, String... versions) {
    List<EmbeddingUse> uses = new ArrayList<>();
    for (String version : versions) {
      uses.add(new EmbeddingUse(SPACE, version));
    }
    for (int i = from; i < to; i++) {
      Prediction prediction =
          new Prediction(
              "p-" + i,
              "ranker",
              "1",
              NOON,
              0.5,
              null,
              Double.NaN,
              null,
              null,
              null,
              null,
              null,
              Double.NaN,
              1);
      byte[] value = PredictionCodec.write(prediction, uses, features -> {});
      send(Topic.PREDICTIONS.in(namespace), "p-" + i, value);
    }
  }

  private static EmbeddingTraffic awaitTraffic(String namespace, String version, long vectors) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> {
              EmbeddingTraffic newest = null;
              for (ConsumerRecord<byte[], byte[]> record :
                  BROKER.readAll(Topic.EMBEDDING_TRAFFIC.in(namespace))) {
                EmbeddingTraffic traffic = EmbeddingTrafficCodec.read(record.value());
                newest = traffic.embeddingVersion().equals(version) ? traffic : newest;
              }
              return newest;
            },
            newest -> newest != null && newest.vectors() == vectors);
  }

  private static EmbeddingMixture awaitMixture(String namespace, long predictions) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> {
              EmbeddingMixture newest = null;
              for (ConsumerRecord<byte[], byte[]> record :
                  BROKER.readAll(Topic.EMBEDDING_MIXTURES.in(namespace))) {
                newest = EmbeddingMixtureCodec.read(record.value());
              }
              return newest;
            },
            newest -> newest != null && newest.predictions() == predictions);
  }

  /** The job knows the document before; vectors of the new version follow this one at once. */
  private void announce(String namespace) {
    await().atMost(PATIENCE).until(() -> newest(namespace).containsKey("again"));
    write(namespace, TestingSpaces.space(2, 1, 20_000, Usage.COORDINATES));
  }

  private void write(String namespace, EmbeddingSpace space) {
    send(Topic.SPACES.in(namespace), SPACE, EmbeddingSpaceCodec.write(space));
    producer.flush();
  }

  private void play(String namespace, String version, float[][] vectors, int from, int to) {
    for (int i = from; i < to; i++) {
      String id = "item-" + i;
      send(Topic.EMBEDDINGS.in(namespace), id, embedding(SPACE, version, id, vectors[i]));
    }
    flush();
  }

  private static byte[] embedding(String space, String version, String item, float[] vector) {
    return EmbeddingCodec.write(new Embedding(space, version, item, vector, NOON - 9_000, NOON));
  }

  private JobClient start(String namespace) throws Exception {
    Options options =
        EmbeddingStabilityOptions.from(
            new String[] {
              "--runway.kafka.bootstrap-servers", BROKER.bootstrapServers(),
              "--runway.namespace", namespace,
              "--runway.events.earliest", "1980-01-01T00:00:00Z",
              "--runway.checkpoint.interval", "PT1S",
              "--runway.embedding.refresh", "PT1S",
              "--runway.embedding.artefact-folder", folder.resolve(namespace).toUri().toString(),
              "--runway.parallelism", "2"
            });
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    EmbeddingStabilityJob.define(env, options);
    return env.executeAsync("embedding-stability-" + namespace);
  }

  /** The last word on both pairs, once it is on all items. */
  private Map<String, EmbeddingStability> awaitPairs(String namespace) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> newest(namespace),
            told ->
                told.size() == 2
                    && told.values().stream()
                        .allMatch(each -> each.pairs() == ITEMS && each.documentRevision() == 2)
                    && isJudgedBy(told.get("v2"), told.get("again")));
  }

  /** By all items of the baseline pair, and not by those that were known when it was first told. */
  private static boolean isJudgedBy(EmbeddingStability stability, EmbeddingStability baseline) {
    Floor floor = stability.floor();
    return floor != null
        && baseline.value("knn_overlap").equals(floor.overlap())
        && baseline.value("cka_debiased").equals(floor.cka())
        && baseline.value("aligned_cosine").equals(floor.alignedCosine());
  }

  private static Map<String, EmbeddingStability> newest(String namespace) throws MalformedEvent {
    Map<String, EmbeddingStability> newest = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record :
        BROKER.readAll(Topic.EMBEDDING_STABILITY.in(namespace))) {
      EmbeddingStability stability = EmbeddingStabilityCodec.read(record.value());
      newest.put(stability.versionAfter(), stability);
    }
    return newest;
  }

  private static List<DeadLetter> deadLetters(String namespace) throws MalformedEvent {
    List<DeadLetter> letters = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : BROKER.readAll(Topic.DEAD_LETTERS.in(namespace))) {
      letters.add(DeadLetterCodec.read(record.value()));
    }
    return letters;
  }

  private void send(String topic, String key, byte[] value) {
    var unused =
        producer.send(
            new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value),
            (metadata, refusal) -> {
              if (refusal != null) {
                refusals.add(refusal);
              }
            });
  }

  private void flush() {
    producer.flush();
    assertThat(refusals).isEmpty();
  }
}
