package dev.runway.retraintrigger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.model.Baseline;
import dev.runway.model.Decision;
import dev.runway.model.ExperimentResult;
import dev.runway.model.ExperimentResultCodec;
import dev.runway.model.LabelPolicy;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelState;
import dev.runway.model.Reduction;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.Staleness;
import dev.runway.model.Task;
import dev.runway.model.Topic;
import dev.runway.retraintrigger.decision.Rounds;
import dev.runway.retraintrigger.decision.Surroundings;
import dev.runway.retraintrigger.decision.TriggerSettings;
import dev.runway.retraintrigger.known.Known;
import dev.runway.retraintrigger.policy.PolicySet;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.retraintrigger.state.VersionFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One model over time, with what was said of it. A tick a minute, as in the recorded stream. */
public final class Scene {
  public static final long START = 983_404_800_000L; // 2001-03-01T00:00:00Z
  public static final long MINUTE = 60_000;
  public static final String MODEL = "ranker";

  /** How long after the end of its window a reading comes: an out-of-orderness of drift-monitor. */
  public static final long COMES = 5 * MINUTE;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** With a lateness of seven minutes: readings come after five, and there is a tick between. */
  public static final TriggerSettings SETTINGS = settings();

  public final TriggerSettings settings = SETTINGS;
  public Dossier dossier = new Dossier(MODEL);

  /** What is told to the dossier with each tick; of all that may be known, experiments alone. */
  public final Known known = new Known();

  public PolicySet policies = PolicySet.UNREAD.whole();
  public Surroundings around = Surroundings.QUIET;
  public long now = START;

  public final List<Staleness> states = new ArrayList<>();
  public final List<Decision> decisions = new ArrayList<>();
  public final List<RetrainCommand> commands = new ArrayList<>();

  /** The same ones once more. */
  public final List<RetrainCommand> again = new ArrayList<>();

  public final List<MalformedEvent> refused = new ArrayList<>();

  private static TriggerSettings settings() {
    TriggerSettings usual = TriggerSettings.standard();
    return usual.with(
        Duration.ofMinutes(7),
        Duration.ofMillis(usual.silenceMillis()),
        Duration.ofMillis(usual.cooldownMillis()),
        Duration.ofMillis(usual.cadenceMillis()),
        usual.estimatedCost());
  }

  /** Of a tier, with a version that was trained twenty days ago. */
  public static Scene of(int tier) {
    Scene scene = new Scene();
    scene.dossier.take(document(tier));
    scene.dossier.take(baseline("v1"));
    return scene;
  }

  public static Baseline baseline(String version) {
    return new Baseline(
        MODEL,
        version,
        "b-1",
        START,
        START - 50 * day(),
        START - 20 * day(),
        false,
        new byte[] {'{', '}'});
  }

  /** Of a model that rests on a version of a space now, and was trained on one. */
  public static ModelDocument embedded(int tier, String now, String trainedOn) {
    return embedded(tier, now, trainedOn, List.of());
  }

  /** The same, with versions that are to go. */
  public static ModelDocument embedded(
      int tier, String now, String trainedOn, List<String> deprecated) {
    return document(
        tier,
        List.of(new ModelDocument.EmbeddingVersion("titles", now)),
        List.of(new ModelDocument.TrainedOn("v1", "titles", trainedOn)),
        deprecated);
  }

  /** Of a model with versions that are to go. */
  public static ModelDocument deprecated(int tier, String... versions) {
    return document(tier, List.of(), List.of(), List.of(versions));
  }

  public static ModelDocument document(int tier) {
    return document(tier, List.of(), List.of(), List.of());
  }

  private static ModelDocument document(
      int tier,
      List<ModelDocument.EmbeddingVersion> embeddings,
      List<ModelDocument.TrainedOn> trainedOn,
      List<String> deprecated) {
    return new ModelDocument(
        MODEL,
        1,
        tier,
        "ranking",
        Task.BINARY,
        LabelPolicy.EXPLICIT,
        Reduction.LAST,
        Duration.ofHours(6),
        null,
        null,
        1,
        0.5,
        Duration.ofMinutes(10),
        1,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        null,
        List.of(),
        embeddings,
        trainedOn,
        deprecated);
  }

  public static long day() {
    return Duration.ofDays(1).toMillis();
  }

  /** With a policy of these lines under its spec. */
  public Scene policy(int version, String spec) {
    return policy("strict", version, spec);
  }

  /** The same, by its name. */
  public Scene policy(String name, int version, String spec) {
    try {
      policies =
          policies.with(
              name,
              new PolicySet.Written(
                  version,
                  JSON.readTree(
                      """
                      {"metadata": {"name": "%s", "team": "ranking"},
                       "spec": {"models": ["ranker", "other"], %s}}
                      """
                          .formatted(name, spec))));
      return this;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(spec, e);
    }
  }

  /** Ticks until a time, that one included. */
  public void tickTo(long until) {
    while (now < until) {
      now += MINUTE;
      tick();
    }
  }

  public void tick() {
    known.tellExperiments(dossier);
    Rounds.Outputs out = Rounds.tick(dossier, policies, around, settings, now);
    states.addAll(out.states());
    decisions.addAll(out.decisions());
    for (RetrainCommand command : out.commands()) {
      boolean known =
          commands.stream().anyMatch(sent -> sent.commandId().equals(command.commandId()));
      (known ? again : commands).add(command);
    }
  }

  /** So many windows of ten minutes, each with a reading of drift. */
  public void windows(int count, double severity) {
    for (int i = 0; i < count; i++) {
      long end = nextEnd();
      tickTo(end + COMES);
      dossier.take(SomeReadings.drift("v1", end, severity), now);
      tickTo(decided(end));
    }
  }

  /** The same, and labels that agree with what was known when the version was new. */
  public void labelledWindows(int count, double severity, double auc) {
    for (int i = 0; i < count; i++) {
      long end = nextEnd();
      tickTo(end + COMES);
      dossier.take(SomeReadings.drift("v1", end, severity), now);
      dossier.take(SomeReadings.labelled("v1", end, auc), now);
      tickTo(decided(end));
    }
  }

  /** When a window has been judged and a command of a new episode has left. */
  public long decided(long endMillis) {
    return endMillis + settings.latenessMillis() + VersionFile.HEARD_MILLIS;
  }

  /** End of the next window whose reading is still to come. */
  public long nextEnd() {
    return nextEnd(now);
  }

  /** The same at a time. */
  public static long nextEnd(long now) {
    return Math.floorDiv(now - COMES, 10 * MINUTE) * 10 * MINUTE + 10 * MINUTE;
  }

  /** What an experiment has found; what is older than what is known is refused. */
  public void found(ExperimentResult result) {
    try {
      known.apply(Topic.EXPERIMENTS, result.key(), ExperimentResultCodec.write(result));
    } catch (MalformedEvent e) {
      refused.add(e);
    }
  }

  /** What the ledger says of a command. */
  public void status(RetrainCommand command, RetrainStatus.State state, long revision, String why) {
    dossier.take(
        new RetrainStatus(
            command.commandId().toString(),
            MODEL,
            command.cause().modelVersion(),
            state,
            revision,
            now,
            why.isEmpty() ? null : why,
            state == RetrainStatus.State.SUCCEEDED ? "v2" : null,
            Double.NaN),
        settings.cooldownMillis());
  }

  public ModelState state() {
    return states.get(states.size() - 1).state();
  }

  public Decision last() {
    return decisions.get(decisions.size() - 1);
  }
}
