package dev.runway.retraintrigger.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Baseline;
import dev.runway.model.DriftReading;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import dev.runway.retraintrigger.decision.Surroundings;
import dev.runway.retraintrigger.signal.DriftObservations;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.retraintrigger.state.StoredValue;
import dev.runway.testkit.GoldenFiles;
import dev.runway.testkit.StateTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layouts of state and of the wire: what is written reads back, and old bytes stay readable. */
class StoredLayoutsTest {
  private static final DriftReading READING = SomeReadings.drift("v1", Scene.START, 0.5);
  private static final SeenReading SEEN =
      new SeenReading(
          Scene.MODEL,
          "v1",
          "runway.drift",
          3,
          42,
          Scene.START + 17,
          SeenReading.Kind.DRIFT,
          StoredValue.write(DriftObservations.of(READING).orElseThrow()));
  private static final DatedTick TICK = new DatedTick(Scene.START, Scene.START + 300);
  private static final FleetTick FLEET =
      new FleetTick(
          TICK,
          new Surroundings(null, 0, 0, "many became stale", null, false, false),
          new TreeMap<>(
              Map.of(
                  "pricing",
                  new Surroundings(
                      "eta", 2, 1, null, "much at once", true, true, 5, "clicks is down"))));

  private final GoldenFiles golden = new GoldenFiles();

  @Test
  void stateTypes_needNoKryo() {
    List.of(SeenReadingSerializer.TYPE, DatedTickSerializer.TYPE, FleetTickSerializer.TYPE)
        .forEach(StateTypes::requireNoGenericType);
  }

  /** Three kinds are told apart by what was a flag. */
  @Test
  void kindOfAReading_isWhatWasAFlag() throws IOException {
    for (SeenReading.Kind kind : SeenReading.Kind.values()) {
      SeenReading seen = new SeenReading("m", "v1", "t", 3, 42, 17, kind, new byte[] {1});
      byte[] bytes = bytes(new SeenReadingSerializer(), seen);
      assertThat(read(new SeenReadingSerializer(), bytes).kind()).isEqualTo(kind);
    }
    assertThat(SeenReading.Kind.PERFORMANCE.code).isEqualTo(1);
  }

  @Test
  void seenReading_keepsItsLayout() throws IOException {
    byte[] bytes = bytes(new SeenReadingSerializer(), SEEN);
    golden.requireBytes("state/seen-reading-v1.bin", bytes);
    assertThat(read(new SeenReadingSerializer(), bytes)).usingRecursiveComparison().isEqualTo(SEEN);
  }

  @Test
  void datedTick_keepsItsLayout() throws IOException {
    byte[] bytes = bytes(new DatedTickSerializer(), TICK);
    golden.requireBytes("state/dated-tick-v1.bin", bytes);
    assertThat(read(new DatedTickSerializer(), bytes)).isEqualTo(TICK);
  }

  @Test
  void fleetTick_keepsItsLayout() throws IOException {
    byte[] bytes = bytes(new FleetTickSerializer(), FLEET);
    golden.requireBytes("state/fleet-tick-v3.bin", bytes);
    assertThat(read(new FleetTickSerializer(), bytes)).isEqualTo(FLEET);
  }

  /** Of a release that said of no source that it is down. */
  @Test
  void fleetTickWithoutSources_isRead() throws IOException {
    FleetTick read = read(new FleetTickSerializer(), golden.read("state/fleet-tick-v2.bin"));
    assertThat(read.of("pricing").sourceFault()).isEqualTo("much at once");
    assertThat(read.of("pricing").sourceDown()).isFalse();
    assertThat(read.of("pricing").downSource()).isNull();
  }

  /** Of a release that did not say of what it had heard: it has heard of nothing. */
  @Test
  void fleetTickOfAnOlderRelease_isRead() throws IOException {
    FleetTick read = read(new FleetTickSerializer(), golden.read("state/fleet-tick-v1.bin"));
    assertThat(read.of("pricing").attributedTo()).isEqualTo("eta");
    assertThat(read.of("pricing").heardMillis()).isZero();
  }

  /** A dossier with all that it may hold: a field that is renamed loses what older state has. */
  @Test
  void dossier_keepsItsLayout() {
    Scene scene = Scene.of(2);
    scene.labelledWindows(4, 0, 0.8);
    scene.labelledWindows(6, 1, 0.7);
    byte[] bytes = StoredValue.write(scene.dossier);
    golden.requireJson("state/dossier-v7.json", new String(bytes, StandardCharsets.UTF_8));

    Dossier read = StoredValue.read(golden.read("state/dossier-v7.json"), Dossier.class);
    assertThat(StoredValue.write(read)).isEqualTo(bytes);
  }

  /** Of a release that did not say until when a version predicted. */
  @Test
  void dossierThatDoesNotSayUntilWhen_isRead() {
    byte[] old = golden.read("state/dossier-v6.json");
    assertThat(new String(old, StandardCharsets.UTF_8)).doesNotContain("predictedUntilMillis");
    Scene scene = new Scene();
    scene.dossier = StoredValue.read(old, Dossier.class);
    scene.now = scene.dossier.versions.get("v1").shown.atMillis() + Scene.MINUTE;
    assertThat(scene.dossier.versions.get("v1").shown.predictedUntilMillis()).isZero();

    scene.windows(2, 1);

    assertThat(scene.dossier.versions.get("v1").shown.predictedUntilMillis()).isPositive();
  }

  /** Of a release that did not know when a cool-down of the ledger ends: nothing else is new. */
  @Test
  void dossierThatKnowsNoCoolDownOfTheLedger_isReadAsItWas() {
    byte[] old = golden.read("state/dossier-v2.json");
    assertThat(new String(old, StandardCharsets.UTF_8)).doesNotContain("ledgerCoolsUntilMillis");

    Dossier read = StoredValue.read(old, Dossier.class);

    assertThat(read.commands.values())
        .isNotEmpty()
        .allMatch(file -> file.ledgerCoolsUntilMillis == 0);
    byte[] now = golden.read("state/dossier-v3.json");
    assertThat(StoredValue.write(read))
        .isEqualTo(StoredValue.write(StoredValue.read(now, Dossier.class)));
  }

  /** Of a release that did not note which readings had counted: none of them counts once more. */
  @Test
  void dossierOfAnOlderRelease_goesOnWhereItWas() {
    Dossier read = StoredValue.read(golden.read("state/dossier-v1.json"), Dossier.class);
    Scene scene = new Scene();
    scene.dossier = read;
    scene.now = read.versions.get("v1").shown.atMillis() + Scene.MINUTE;
    scene.tick();
    assertThat(scene.decisions).isEmpty();

    scene.windows(4, 1);
    assertThat(scene.decisions).isNotEmpty();
    assertThat(read.versions.get("v1").seen).isNotEmpty();
  }

  /** Of a release that did not note what had counted before a window: it goes on where it was. */
  @ParameterizedTest
  @ValueSource(strings = {"state/dossier-v2.json", "state/dossier-v3.json"})
  void dossierOfTheReleaseBefore_isRead(String layout) {
    Dossier read = StoredValue.read(golden.read(layout), Dossier.class);
    assertThat(read.versions.get("v1").countedMillis).isPositive();
    assertThat(read.versions.get("v1").seenBefore).isEmpty();
    Scene scene = new Scene();
    scene.dossier = read;
    scene.now = read.versions.get("v1").shown.atMillis() + Scene.MINUTE;
    scene.tick();
    assertThat(scene.decisions).isEmpty();

    scene.windows(2, 1);
    assertThat(read.versions.get("v1").seenBefore).isNotEmpty();
  }

  /**
   * Of a release that did not know since when a state was before a window: nothing is taken back.
   */
  @Test
  void dossierWithoutTheStateBefore_isRead() {
    byte[] old = golden.read("state/dossier-v4.json");
    assertThat(new String(old, StandardCharsets.UTF_8)).doesNotContain("stateBefore");
    Scene scene = new Scene();
    scene.dossier = StoredValue.read(old, Dossier.class);
    scene.now = scene.dossier.versions.get("v1").shown.atMillis() + Scene.MINUTE;

    scene.windows(2, 1);

    assertThat(scene.dossier.versions.get("v1").stateBefore).isNotNull();
  }

  /** Of a release that did not know which baseline says how old a version is: the newest does. */
  @Test
  void dossierInWhichTheLatestDataCount_isRead() {
    byte[] old = golden.read("state/dossier-v5.json");
    assertThat(new String(old, StandardCharsets.UTF_8)).doesNotContain("trainedToSaidMillis");
    Dossier read = StoredValue.read(old, Dossier.class);
    long trainedTo = read.versions.get("v1").trainedToMillis;
    assertThat(trainedTo).isPositive();

    long earlier = trainedTo - Scene.day();
    read.take(
        new Baseline(
            Scene.MODEL, "v1", "b-2", Scene.START, 0, earlier, false, new byte[] {'{', '}'}));

    assertThat(read.versions.get("v1").trainedToMillis).isEqualTo(earlier);
  }

  private static <T> byte[] bytes(TypeSerializer<T> serializer, T value) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(value, out);
    return out.getCopyOfBuffer();
  }

  private static <T> T read(TypeSerializer<T> serializer, byte[] bytes) throws IOException {
    return serializer.deserialize(new DataInputDeserializer(bytes));
  }
}
