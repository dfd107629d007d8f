package dev.runway.retraintrigger.known;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.Control;
import dev.runway.model.ControlCodec;
import dev.runway.model.Dependency;
import dev.runway.model.DependencyCodec;
import dev.runway.model.ExperimentResult;
import dev.runway.model.ExperimentResult.Better;
import dev.runway.model.ExperimentResultCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.PolicyVersion;
import dev.runway.model.PolicyVersionCodec;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatusCodec;
import dev.runway.model.Topic;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import dev.runway.retraintrigger.cascade.Graph;
import dev.runway.retraintrigger.state.Dossier;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KnownTest {
  private final Known known = new Known();
  private final Dossier dossier = new Dossier(Scene.MODEL);

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void policy(String name, int version) throws MalformedEvent {
    PolicyVersion written =
        new PolicyVersion(name, version, utf8("{\"spec\":{\"models\":[\"ranker\"]}}"));
    known.apply(Topic.POLICIES, written.key(), PolicyVersionCodec.write(written));
  }

  @Test
  void policies_areComplete_onlyOnceAllWereRead() throws MalformedEvent {
    policy("strict", 2);
    assertThat(known.policies().complete()).isFalse();

    known.complete();
    policy("strict", 1);

    assertThat(known.policies().complete()).isTrue();
    assertThat(known.policies().of(Scene.MODEL)).singleElement().returns(2, p -> p.version());
    known.apply(Topic.POLICIES, utf8("strict"), null);
    assertThat(known.policies().of(Scene.MODEL)).isEmpty();
  }

  @Test
  void documentThatIsTakenBack_retiresItsModel() throws MalformedEvent {
    known.apply(Topic.MODELS, utf8(Scene.MODEL), ModelDocumentCodec.write(Scene.document(1)));
    known.tell(dossier, 0);
    assertThat(Objects.requireNonNull(dossier.facts).tier()).isEqualTo(1);
    assertThat(dossier.retired).isFalse();

    known.apply(Topic.MODELS, utf8(Scene.MODEL), null);
    known.tell(dossier, 0);
    assertThat(dossier.retired).isTrue();
    assertThat(known.drainChanged()).containsExactly(Scene.MODEL);
    assertThat(known.drainChanged()).isEmpty();
  }

  @Test
  void recordUnderAnotherKey_changesNothing() {
    assertThatThrownBy(
            () ->
                known.apply(
                    Topic.MODELS, utf8("other"), ModelDocumentCodec.write(Scene.document(1))))
        .isInstanceOf(MalformedEvent.class);
    assertThat(known.documents()).isEmpty();
  }

  /** Of a fleet's history there are more versions than a dossier has room for. */
  @Test
  void baselines_areToldOfTheVersionsThatPredict() throws MalformedEvent {
    for (int i = 0; i < 20; i++) {
      Baseline baseline = Scene.baseline("v" + i);
      known.apply(Topic.BASELINES, baseline.key(), BaselineCodec.write(baseline));
    }
    dossier.take(SomeReadings.drift("v3", Scene.START, 0), Scene.START);

    known.tellBaselines(dossier);

    assertThat(dossier.versions).containsOnlyKeys("v3");
    assertThat(Objects.requireNonNull(dossier.versions.get("v3")).hasBaseline).isTrue();
  }

  private static Baseline trained(String profile, long createdAt, long dataEnd) {
    return new Baseline(
        Scene.MODEL, "v1", profile, createdAt, 0, dataEnd, false, new byte[] {'{', '}'});
  }

  /** 2062 for 2026: a model that would be trained on the day for 36 years. */
  @Test
  void baselineWhoseDataEndAfterItWasMade_isRefused() {
    Baseline later = trained("b-1", Scene.START, Scene.START + 11 * Scene.MINUTE);
    assertThatThrownBy(() -> known.apply(Topic.BASELINES, later.key(), BaselineCodec.write(later)))
        .isInstanceOf(MalformedEvent.class)
        .hasMessageContaining("after the baseline was made");
  }

  @Test
  void age_isThatOfTheBaselineThatWasMadeLast_whicheverIsToldFirst() {
    Baseline wrong = trained("b-1", Scene.START, Scene.START);
    Baseline right = trained("b-2", Scene.START + 1, Scene.START - 20 * Scene.day());
    for (List<Baseline> order : List.of(List.of(wrong, right), List.of(right, wrong, right))) {
      Dossier told = new Dossier(Scene.MODEL);
      order.forEach(told::take);

      assertThat(Objects.requireNonNull(told.versions.get("v1")).trainedToMillis)
          .isEqualTo(right.dataEndMillis());
    }
  }

  /** As many as the topic holds, so that whoever began earlier knows no more and no less. */
  @Test
  void baselinesOfAModelThatIsGone_goWithTheirOwnRecords() throws MalformedEvent {
    for (String version : List.of("v1", "v2")) {
      Baseline baseline = Scene.baseline(version);
      known.apply(Topic.BASELINES, baseline.key(), BaselineCodec.write(baseline));
    }
    known.apply(Topic.MODELS, utf8(Scene.MODEL), ModelDocumentCodec.write(Scene.document(1)));
    known.apply(Topic.MODELS, utf8(Scene.MODEL), null);
    assertThat(isTold("v1")).isTrue();
    assertThat(isTold("v2")).isTrue();

    known.apply(Topic.BASELINES, Scene.baseline("v1").key(), null);
    assertThat(isTold("v1")).isFalse();
    assertThat(isTold("v2")).isTrue();
    assertThat(known.modelsWithBaselines()).isEqualTo(1);

    known.apply(Topic.BASELINES, Scene.baseline("v2").key(), null);
    assertThat(known.modelsWithBaselines()).isZero();
  }

  private boolean isTold(String version) {
    Dossier told = new Dossier(Scene.MODEL);
    told.take(SomeReadings.drift(version, Scene.START, 0), Scene.START);
    known.tellBaselines(told);
    return Objects.requireNonNull(told.versions.get(version)).hasBaseline;
  }

  private void finding(String version, double difference, long revision) throws MalformedEvent {
    ExperimentResult result = SomeReadings.experiment(version, difference, Scene.START, revision);
    known.apply(Topic.EXPERIMENTS, result.key(), ExperimentResultCodec.write(result));
  }

  @Test
  void findings_areToldOfTheVersionsThatPredict_whileTheyStand() throws MalformedEvent {
    dossier.take(SomeReadings.drift("v1", Scene.START, 0), Scene.START);
    finding("v1", -0.2, 1);
    finding("v2", -0.2, 1);
    finding("v1", -0.1, 2);
    assertThatThrownBy(() -> finding("v1", -0.3, 1))
        .isInstanceOf(MalformedEvent.class)
        .hasMessageContaining("1 came after 2 of the same comparison");

    known.tellExperiments(dossier);
    assertThat(dossier.experiments).containsOnlyKeys("v1");
    assertThat(dossier.experimentsOf("v1"))
        .singleElement()
        .satisfies(found -> assertThat(found.worse()).isEqualTo(0.0836, within(1e-4)));

    known.apply(Topic.EXPERIMENTS, SomeReadings.experiment("v1", 0, Scene.START, 1).key(), null);
    known.tellExperiments(dossier);
    assertThat(dossier.experiments).isEmpty();
    // Who was taken back may begin again.
    finding("v1", -0.2, 1);
    known.tellExperiments(dossier);
    assertThat(dossier.experimentsOf("v1")).hasSize(1);
  }

  @Test
  void findingUnderAnotherKey_isRefused() {
    ExperimentResult result = SomeReadings.experiment("v1", 0, Scene.START, 1);
    assertThatThrownBy(
            () -> known.apply(Topic.EXPERIMENTS, utf8("any"), ExperimentResultCodec.write(result)))
        .isInstanceOf(MalformedEvent.class)
        .hasMessageContaining("came under another key");
  }

  /** Whoever experiments all the time: a decision has room for some. */
  @Test
  void findings_areBounded_andTheNewestAreKept() throws MalformedEvent {
    dossier.take(SomeReadings.drift("v1", Scene.START, 0), Scene.START);
    for (int i = 0; i < 40; i++) {
      ExperimentResult result =
          SomeReadings.experiment(
              "v1", "m" + i, 0, Scene.START + (i * 7) % 40, 1, 1.0, Better.HIGHER);
      known.apply(Topic.EXPERIMENTS, result.key(), ExperimentResultCodec.write(result));
    }

    known.tellExperiments(dossier);

    assertThat(dossier.experimentsOf("v1"))
        .hasSize(16)
        .allMatch(found -> found.endedAtMillis() >= Scene.START + 24);
  }

  @Test
  void statuses_areToldInWhateverOrderTheyCame() throws MalformedEvent {
    status(RetrainStatus.State.SUCCEEDED, 3);
    status(RetrainStatus.State.RUNNING, 2);

    known.tell(dossier, 0);

    assertThat(Objects.requireNonNull(dossier.commands.get("c-1")).state)
        .isEqualTo(RetrainStatus.State.SUCCEEDED);
    assertThat(known.drainStatuses()).hasSize(1);
  }

  /** Of years of them a dossier would take in each, and forget it, with each tick. */
  @Test
  void statuses_areKeptForAsManyCommandsAsADossierHolds() throws MalformedEvent {
    for (int i = 0; i < 100; i++) {
      status("c-" + i, RetrainStatus.State.SUCCEEDED, 1, Scene.START + i);
    }
    status("runs", RetrainStatus.State.RUNNING, 1, Scene.START - 1);

    known.tell(dossier, 0);

    assertThat(dossier.commands).hasSize(32).containsKeys("c-99", "runs").doesNotContainKey("c-9");
  }

  private void status(RetrainStatus.State state, long revision) throws MalformedEvent {
    status("c-1", state, revision, Scene.START);
  }

  private void status(String command, RetrainStatus.State state, long revision, long at)
      throws MalformedEvent {
    RetrainStatus status =
        new RetrainStatus(command, Scene.MODEL, "v1", state, revision, at, null, "v2", Double.NaN);
    known.apply(Topic.RETRAIN_STATUS, status.key(), RetrainStatusCodec.write(status));
  }

  @Test
  void switches_holdUntilTheyAreEnded_orExpire() throws MalformedEvent {
    known.apply(
        Topic.MODELS, utf8("a"), utf8("{\"model_id\":\"a\",\"task\":\"BINARY\",\"team\":\"x\"}"));
    known.apply(
        Topic.MODELS, utf8("b"), utf8("{\"model_id\":\"b\",\"task\":\"BINARY\",\"team\":\"y\"}"));

    control(null, "x", Control.Action.KILL_SWITCH_ON, 1, Scene.START + 10);
    assertThat(known.ofTeamsThatAreOff(Scene.START)).containsExactly("a");
    assertThat(known.ofTeamsThatAreOff(Scene.START + 10)).isEmpty();
    assertThat(known.isFleetOff(Scene.START)).isFalse();

    control(null, null, Control.Action.KILL_SWITCH_ON, 1, Control.NEVER);
    assertThat(known.isFleetOff(Scene.START)).isTrue();
    control(null, null, Control.Action.KILL_SWITCH_OFF, 2, Control.NEVER);
    control(null, null, Control.Action.KILL_SWITCH_ON, 1, Control.NEVER);
    assertThat(known.isFleetOff(Scene.START)).isFalse();

    control(Scene.MODEL, null, Control.Action.KILL_SWITCH_ON, 1, Control.NEVER);
    known.tell(dossier, 0);
    assertThat(dossier.killSwitch).isTrue();
  }

  private void control(
      @Nullable String model,
      @Nullable String team,
      Control.Action action,
      long revision,
      long until)
      throws MalformedEvent {
    Control control =
        new Control(
            model, action, revision, "someone", 0, until, null, null, null, team, null, null);
    known.apply(Topic.CONTROLS, control.key(), ControlCodec.write(control));
  }

  @Test
  void dependencies_makeTheGraph_whileTheyHold() throws MalformedEvent {
    dependency(new Dependency("e-1", "pricing", "eta", null));
    dependency(new Dependency("e-2", "pricing", null, "feature:rain"));

    Graph graph = Objects.requireNonNull(known.drainGraph());
    assertThat(graph.upstreamOf("pricing")).containsExactly("eta");
    assertThat(graph.sourcesOf("pricing")).containsExactly("feature:rain");
    assertThat(graph.wavesAfter("eta")).containsExactly(entry("pricing", 1));
    assertThat(known.drainGraph()).isNull();

    known.apply(Topic.DEPENDENCIES, utf8("e-1"), null);
    assertThat(Objects.requireNonNull(known.drainGraph()).upstreamOf("pricing")).isEmpty();
  }

  private void dependency(Dependency dependency) throws MalformedEvent {
    known.apply(Topic.DEPENDENCIES, dependency.key(), DependencyCodec.write(dependency));
  }
}
