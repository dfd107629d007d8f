package dev.runway.backtest;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.model.Baseline;
import dev.runway.model.Decision;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.FeatureKind;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import dev.runway.model.LabelPolicy;
import dev.runway.model.Maturity;
import dev.runway.model.ModelDocument;
import dev.runway.model.PerformanceReading;
import dev.runway.model.Reduction;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import dev.runway.model.Task;
import dev.runway.retraintrigger.decision.Rounds;
import dev.runway.retraintrigger.decision.Surroundings;
import dev.runway.retraintrigger.decision.TriggerSettings;
import dev.runway.retraintrigger.policy.PolicySet;
import dev.runway.retraintrigger.state.Dossier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What the job has read and decided about one model of tier 2, whose windows are 20 minutes. */
final class Production {
  static final String MODEL = "ranker";
  static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
  static final Duration HORIZON = Duration.ofHours(2);
  private static final long MINUTE = 60_000;
  private static final long WINDOW = 20 * MINUTE;

  final List<DriftReading> drift = new ArrayList<>();
  final List<PerformanceReading> labels = new ArrayList<>();
  final List<Decision> decisions = new ArrayList<>();
  final List<RetrainCommand> commands = new ArrayList<>();
  private final List<RetrainStatus> answers = new ArrayList<>();

  /** What becomes known beside readings. */
  interface Aside {
    /** Before the tick of a minute. */
    void happen(long minute, long now, Dossier dossier);
  }

  /** Lives through some hours, with a severity of drift by hour. */
  Production(PolicySet policies, int hours, LongToDoubleFunction severity) {
    this(policies, hours, severity, (minute, now, dossier) -> {});
  }

  Production(PolicySet policies, int hours, LongToDoubleFunction severity, Aside aside) {
    Dossier dossier = new Dossier(MODEL);
    dossier.take(document("v5", List.of()));
    dossier.take(baseline());
    TriggerSettings settings = TriggerSettings.standard();
    for (long minute = 1; minute <= 60L * hours; minute++) {
      long now = START.toEpochMilli() + minute * MINUTE;
      if (minute % 20 == 0) {
        DriftReading reading = drift(now, severity.applyAsDouble(minute / 60));
        drift.add(reading);
        dossier.take(reading, now);
        if (now - HORIZON.toMillis() > START.toEpochMilli()) {
          PerformanceReading known = labelled(now - HORIZON.toMillis());
          labels.add(known);
          dossier.take(known, now);
        }
      }
      answers.stream()
          .filter(answer -> answer.atMillis() > now - MINUTE && answer.atMillis() <= now)
          .forEach(answer -> dossier.take(answer, settings.cooldownMillis()));
      aside.happen(minute, now, dossier);
      Rounds.Outputs out = Rounds.tick(dossier, policies, Surroundings.QUIET, settings, now);
      decisions.addAll(out.decisions());
      commands.addAll(out.commands());
      for (RetrainCommand command : out.commands()) {
        answers.add(status(command, State.GRANTED, 1, now + 1));
        answers.add(status(command, State.SUCCEEDED, 2, now + Duration.ofHours(4).toMillis()));
      }
    }
  }

  /** A policy in force, with these lines under its spec. */
  static PolicySet policy(String name, int version, String spec) throws Exception {
    return PolicySet.UNREAD
        .whole()
        .with(
            name,
            new PolicySet.Written(
                version,
                new ObjectMapper()
                    .readTree(
                        """
                        {"metadata": {"name": "%s", "team": "ranking"},
                         "spec": {"models": ["ranker"], %s}}
                        """
                            .formatted(name, spec))));
  }

  private static RetrainStatus status(RetrainCommand command, State state, long revision, long at) {
    return new RetrainStatus(
        command.commandId().toString(),
        MODEL,
        command.cause().modelVersion(),
        state,
        revision,
        at,
        null,
        null,
        Double.NaN);
  }

  /** Its version was trained on v5 of a space, and rests on another one now. */
  static ModelDocument document(String rests, List<String> deprecated) {
    return new ModelDocument(
        MODEL,
        1,
        2,
        "ranking",
        Task.BINARY,
        LabelPolicy.EXPLICIT,
        Reduction.LAST,
        HORIZON,
        null,
        null,
        1,
        0.5,
        Duration.ofMinutes(20),
        1,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        null,
        List.of(),
        List.of(new ModelDocument.EmbeddingVersion("titles", rests)),
        List.of(new ModelDocument.TrainedOn("v1", "titles", "v5")),
        deprecated);
  }

  private static Baseline baseline() {
    long day = Duration.ofDays(1).toMillis();
    long start = START.toEpochMilli();
    return new Baseline(
        MODEL, "v1", "b-1", start, start - 30 * day, start - 5 * day, false, new byte[] {'{', '}'});
  }

  /** With what only a careful reader gets back: a unit jump beside it, numbers that are unknown. */
  static DriftReading drift(long end, double severity) {
    boolean flagged = severity > 0;
    return new DriftReading(
        MODEL,
        "v1",
        DriftReading.ALL,
        "b-1",
        false,
        end - WINDOW,
        end,
        end - 2 * WINDOW,
        3,
        Status.EVALUATED,
        2_000,
        12,
        11,
        flagged ? 1 : 0,
        severity == 0.05 ? 2 : 0,
        severity,
        List.of(
            new Feature("age", FeatureKind.CATEGORICAL, false, 2, null, List.of()),
            new Feature(
                "delay",
                FeatureKind.NUMERIC,
                flagged,
                severity,
                List.of(
                    signal("missing", null, false),
                    signal("psi_debiased", severity * 0.25, flagged)))));
  }

  private static Signal signal(String metric, @Nullable Double value, boolean flagged) {
    return new Signal(metric, value, null, null, 0.25, 1_900, "KLL_200", 0.1, null, 0.5, flagged);
  }

  static PerformanceReading labelled(long end) {
    return new PerformanceReading(
        MODEL,
        "v1",
        PerformanceReading.ALL,
        PerformanceReading.ALL,
        end - WINDOW,
        end,
        PerformanceReading.FINAL_REVISION + 7,
        Maturity.FINAL,
        Task.BINARY,
        false,
        new PerformanceReading.Coverage(2_000, 1_900, 0, 100, 0, 0, 2_000, 1_900, 0.95, 0.95, null),
        new PerformanceReading.Delay(0, 0, null, null, null, null, 0),
        List.of(
            new PerformanceReading.Metric(
                "accuracy", null, null, null, null, null, null, 1_900, 1_850.5),
            new PerformanceReading.Metric(
                "auc", 0.8, 0.796, 0.804, 0.002, 0.79, 0.81, 1_900, 1_850.5)),
        new byte[0],
        new byte[0]);
  }
}
