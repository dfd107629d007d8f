package dev.runway.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Serializable;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.util.InstantiationUtil;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

class FetchAnswersTest {
  private final FetchAnswers answers = new FetchAnswers();

  @Test
  void consumer_isKnownUntilItIsClosed() {
    assertThat(answers.count()).isEqualTo(FetchAnswers.UNKNOWN);
    try (Consumer<byte[], byte[]> consumer = consumer(properties())) {
      assertThat(answers.count()).isZero();
    }
    assertThat(answers.count()).isEqualTo(FetchAnswers.UNKNOWN);
  }

  @Test
  void answers_areCounted() {
    try (Fetches fetches = new Fetches(answers)) {
      fetches.answer();
      fetches.answer();

      assertThat(answers.count()).isEqualTo(2);
    }
  }

  @Test
  void nextConsumer_isKeptWhenTheFormerOneCloses() {
    Consumer<byte[], byte[]> former = consumer(properties());
    try (Consumer<byte[], byte[]> next = consumer(properties())) {
      former.close();

      assertThat(answers.count()).isZero();
    }
  }

  @Test
  void bothHalvesOfASource_stayTogetherOnTheWayToASubtask() throws Exception {
    record Halves(Properties source, FetchAnswers watermarks) implements Serializable {}

    Halves arrived = InstantiationUtil.clone(new Halves(properties(), answers));

    try (Consumer<byte[], byte[]> consumer = consumer(arrived.source())) {
      assertThat(arrived.watermarks().count()).isZero();
      assertThat(answers.count()).isEqualTo(FetchAnswers.UNKNOWN);
    }
  }

  @Test
  void adminClient_getsThePropertiesThatAreText() {
    Properties text = new Properties();
    Properties all = properties();
    all.stringPropertyNames().forEach(name -> text.setProperty(name, all.getProperty(name)));

    try (Admin admin = Admin.create(text)) {
      assertThat(answers.count()).isEqualTo(FetchAnswers.UNKNOWN);
    }
  }

  @Test
  void otherReporters_areKept() {
    Properties consumer = new Properties();
    answers.follow(consumer);
    assertThat(consumer.getProperty("metric.reporters"))
        .isEqualTo(
            "org.apache.kafka.common.metrics.JmxReporter,dev.runway.flink.FetchAnswers$Reporter");

    consumer.setProperty("metric.reporters", "a.Reporter,b.Reporter");
    answers.follow(consumer);
    assertThat(consumer.getProperty("metric.reporters"))
        .isEqualTo("a.Reporter,b.Reporter,dev.runway.flink.FetchAnswers$Reporter");

    consumer.setProperty("metric.reporters", "");
    answers.follow(consumer);
    assertThat(consumer.getProperty("metric.reporters"))
        .isEqualTo("dev.runway.flink.FetchAnswers$Reporter");
  }

  private Properties properties() {
    // Nobody is there; a consumer that is not polled does not mind.
    Properties properties = KafkaAccess.of("127.0.0.1:1").clientProperties(Map.of());
    answers.follow(properties);
    return properties;
  }

  private static Consumer<byte[], byte[]> consumer(Properties properties) {
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
