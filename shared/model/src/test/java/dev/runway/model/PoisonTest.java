package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad bytes, each with the reason and the field that its dead letter must name. */
class PoisonTest {
  /** Events that may be larger than others. */
  private static final Map<String, Integer> OWN_LIMITS =
      Map.of(
          "baseline", Limits.MAX_BASELINE_BYTES,
          "drift", Limits.MAX_DRIFT_BYTES,
          "producer-tile", Limits.MAX_TILE_EVENT_BYTES,
          "tile", Limits.MAX_TILE_EVENT_BYTES);

  @ParameterizedTest
  @MethodSource("dev.runway.model.Poisons#notAnEvent")
  void bytesThatAreNoEvent_areRefusedByEveryCodec(Poisons.Poison poison) {
    for (Contract<?> contract : Contract.ALL) {
      byte[] bytes = poison.bytes();
      boolean large = bytes != null && bytes.length > Limits.MAX_EVENT_BYTES;
      if (large && OWN_LIMITS.containsKey(contract.name())) {
        continue;
      }
      assertThat(refusal(contract.reader(), poison.bytes()))
          .as(contract.name())
          .isEqualTo(new Refusal(poison.reason(), poison.field()));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.runway.model.Poisons#notAnEvent")
  void event_beyondItsOwnLimit_isTooLarge(Poisons.Poison poison) {
    byte[] bytes = poison.bytes();
    for (Map.Entry<String, Integer> limit : OWN_LIMITS.entrySet()) {
      if (bytes != null && bytes.length > limit.getValue()) {
        assertThat(refusal(contract(limit.getKey()).reader(), bytes))
            .as(limit.getKey())
            .isEqualTo(new Refusal(Reason.TOO_LARGE, null));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.runway.model.Poisons#predictions")
  void prediction_isJudgedTheSameWithAndWithoutFeatures(Poisons.Poison poison) {
    Refusal expected =
        poison.reason() == null ? null : new Refusal(poison.reason(), poison.field());

    assertThat(refusal(PredictionCodec::read, poison.bytes())).isEqualTo(expected);
    assertThat(
            refusal(
                bytes -> PredictionCodec.read(bytes, new RoundTripTest.Features()), poison.bytes()))
        .isEqualTo(expected);
  }

  static Stream<Object[]> fieldsOfOtherEvents() {
    return Stream.of(
        new Object[] {"outcome", "\"sequence\":3", "\"sequence\":-1", Reason.BAD_VALUE, "sequence"},
        new Object[] {
          "outcome", "\"sequence\":3", "\"sequence\":1.9", Reason.WRONG_TYPE, "sequence"
        },
        new Object[] {"outcome", "\"sequence\":3", "\"sequence\":1", Reason.BAD_VALUE, "retracts"},
        new Object[] {"model-document", "\"tier\":1", "\"tier\":1.9", Reason.WRONG_TYPE, "tier"},
        new Object[] {"model-document", "\"tier\":1", "\"tier\":5", Reason.BAD_VALUE, "tier"},
        new Object[] {"model-document", "PT168H", "P36D", Reason.BAD_VALUE, "horizon"},
        new Object[] {"model-document", "PT30M", "PT0.5S", Reason.BAD_VALUE, "window"},
        new Object[] {"model-document", "\"v2\"", "7", Reason.WRONG_TYPE, "versions[1]"},
        new Object[] {"model-document", "\"us\"", "\"*\"", Reason.BAD_VALUE, "segments[1]"},
        new Object[] {"model-document", "\"eu\"", "\"__other__\"", Reason.BAD_VALUE, "segments[0]"},
        new Object[] {"model-document", "\"shadow\"", "\"*\"", Reason.BAD_VALUE, "variants[1]"},
        new Object[] {
          "model-document", "\"mean_ratio\"", "\"Mean\"", Reason.BAD_VALUE, "drift_metrics[0].name"
        },
        new Object[] {
          "model-document",
          "\"mean / reference_mean\"",
          "\"" + "1".repeat(501) + "\"",
          Reason.BAD_VALUE,
          "drift_metrics[0].expression"
        },
        new Object[] {
          "model-document",
          "\"threshold\":1.5",
          "\"threshold\":\"1.5\"",
          Reason.WRONG_TYPE,
          "drift_metrics[0].threshold"
        },
        new Object[] {
          "model-document",
          "\"features\":[\"delay\"",
          "\"features\":[\"\"",
          Reason.BAD_VALUE,
          "drift_metrics[0].features[0]"
        },
        new Object[] {
          "model-document",
          "\"name\":\"mean_ratio\",",
          "",
          Reason.MISSING_FIELD,
          "drift_metrics[0].name"
        },
        new Object[] {
          "model-document",
          "\"drift_metrics\":[",
          "\"drift_metrics\":[{\"name\":\"mean_ratio\",\"expression\":\"1\"},",
          Reason.BAD_VALUE,
          "drift_metrics[1]"
        },
        new Object[] {
          "model-document",
          "\"drift_metrics\":[",
          "\"change_detectors\":[\"DDM\",\"DDM\"],\"drift_metrics\":[",
          Reason.BAD_VALUE,
          "change_detectors[1]"
        },
        new Object[] {
          "model-document",
          "\"drift_metrics\":[",
          "\"embeddings\":[{\"space_id\":\"a\",\"embedding_version\":\"v1\"},"
              + "{\"space_id\":\"a\",\"embedding_version\":\"v2\"}],\"drift_metrics\":[",
          Reason.BAD_VALUE,
          "embeddings[1]"
        },
        new Object[] {
          "model-document",
          "\"drift_metrics\":[",
          "\"trained_on\":[{\"space_id\":\"a\",\"embedding_version\":\"v1\"}],\"drift_metrics\":[",
          Reason.MISSING_FIELD,
          "trained_on[0].version"
        },
        new Object[] {
          "model-document",
          "\"drift_metrics\":[",
          "\"change_detectors\":[\"KSWIN\"],\"drift_metrics\":[",
          Reason.BAD_VALUE,
          "change_detectors"
        },
        new Object[] {
          "performance",
          "\"received\":12",
          "\"received\":\"12\"",
          Reason.WRONG_TYPE,
          "coverage.received"
        },
        new Object[] {
          "performance", "\"labels\":6", "\"labels\":-6", Reason.BAD_VALUE, "delay.labels"
        },
        new Object[] {
          "performance", "\"name\":\"log_loss\",", "", Reason.MISSING_FIELD, "metrics[1].name"
        },
        new Object[] {
          "performance", "\"low\":0.5", "\"low\":1e999", Reason.BAD_VALUE, "metrics[0].low"
        },
        new Object[] {"performance", "\"revision\":12,", "", Reason.MISSING_FIELD, "revision"},
        new Object[] {"drift", "\"profile_id\":\"b-1\",", "", Reason.MISSING_FIELD, "profile_id"},
        new Object[] {"drift", "\"flagged\":1,", "", Reason.MISSING_FIELD, "flagged"},
        new Object[] {
          "drift", "\"evaluated\":13", "\"evaluated\":4294967296", Reason.BAD_VALUE, "evaluated"
        },
        new Object[] {
          "drift",
          "\"severity\":0.75,\"features",
          "\"severity\":1.5,\"features",
          Reason.BAD_VALUE,
          "severity"
        },
        new Object[] {"drift", "983430000000", "983428200000", Reason.BAD_VALUE, "window_end"},
        new Object[] {"drift", "983426400000", "983428200001", Reason.BAD_VALUE, "evaluated_from"},
        new Object[] {"drift", "NUMERIC", "TEXT", Reason.BAD_VALUE, "features[0].kind"},
        new Object[] {
          "drift", ",\"kind\":\"CATEGORICAL\"", "", Reason.MISSING_FIELD, "features[1].kind"
        },
        new Object[] {"drift", "$label", "delay_minutes", Reason.BAD_VALUE, "features[1]"},
        new Object[] {"drift", "$label", "a\\u0007", Reason.BAD_VALUE, "features[1].name"},
        new Object[] {"drift", "\"$label\"", "null", Reason.WRONG_TYPE, "features[1].name"},
        new Object[] {
          "drift",
          "\"metric\":\"missing\",",
          "",
          Reason.MISSING_FIELD,
          "features[0].signals[1].metric"
        },
        new Object[] {
          "drift",
          ",\"method\":\"COUNT\"",
          "",
          Reason.MISSING_FIELD,
          "features[0].signals[1].method"
        },
        new Object[] {
          "drift", "\"missing\"", "\"psi_debiased\"", Reason.BAD_VALUE, "features[0].signals[1]"
        },
        new Object[] {
          "drift",
          "\"q_value\":0.014",
          "\"q_value\":-0.1",
          Reason.BAD_VALUE,
          "features[0].signals[0].q_value"
        },
        new Object[] {
          "drift", "\"low\":0.25", "\"low\":1e999", Reason.BAD_VALUE, "features[0].signals[0].low"
        },
        new Object[] {
          "drift",
          "\"samples\":2000",
          "\"samples\":\"2000\"",
          Reason.WRONG_TYPE,
          "features[0].signals[0].samples"
        },
        new Object[] {
          "drift",
          "{\"name\":\"$label\"",
          features(1, 199) + "{\"name\":\"$label\"",
          Reason.BAD_VALUE,
          "features[200]"
        },
        new Object[] {
          "drift",
          "\"signals\":[]",
          "\"signals\":[" + signals(33) + "]",
          Reason.BAD_VALUE,
          "features[1].signals[32]"
        },
        new Object[] {"tile", ",\"tile\":\"AQIDBP8=\"", "", Reason.MISSING_FIELD, "tile"},
        new Object[] {"tile", "AQIDBP8=", "", Reason.BAD_VALUE, "tile"},
        new Object[] {"tile", "AQIDBP8=", "AQI?BP8=", Reason.BAD_VALUE, "tile"},
        new Object[] {"tile", "\"AQIDBP8=\"", "[1,2]", Reason.WRONG_TYPE, "tile"},
        new Object[] {"tile", "AQIDBP8=", "A".repeat(699_052), Reason.BAD_VALUE, "tile"},
        new Object[] {"tile", "AQIDBP8=", "A".repeat(699_053), Reason.OVER_LIMIT, "tile"},
        new Object[] {"tile", "983428260000", "983428200000", Reason.BAD_VALUE, "window_end"},
        new Object[] {
          "tile", "\"predictions\":2048", "\"predictions\":-1", Reason.BAD_VALUE, "predictions"
        },
        new Object[] {
          "groundtruth", "\"predicted_at\":983428200000,", "", Reason.MISSING_FIELD, "predicted_at"
        },
        new Object[] {
          "groundtruth", "\"outcomes\":1", "\"outcomes\":4294967297", Reason.BAD_VALUE, "outcomes"
        },
        new Object[] {
          "dead-letter",
          "\"partition\":3",
          "\"partition\":4294967299",
          Reason.BAD_VALUE,
          "partition"
        },
        new Object[] {"dead-letter", "eyJhIjoxfQ==", "e?JhIjoxfQ==", Reason.BAD_VALUE, "bytes"},
        new Object[] {
          "embedding", "\"AAAAPwAAoL8AAMB/AACAfw==\"", "[0.5,1e39]", Reason.BAD_VALUE, "vector[1]"
        },
        new Object[] {
          "embedding", "\"AAAAPwAAoL8AAMB/AACAfw==\"", "[]", Reason.BAD_VALUE, "vector"
        },
        new Object[] {
          "embedding", "\"AAAAPwAAoL8AAMB/AACAfw==\"", "[\"1\"]", Reason.WRONG_TYPE, "vector[0]"
        },
        new Object[] {
          "embedding",
          "\"AAAAPwAAoL8AAMB/AACAfw==\"",
          "[" + "1,".repeat(4096) + "1]",
          Reason.BAD_VALUE,
          "vector[4096]"
        },
        new Object[] {
          "embedding", "AAAAPwAAoL8AAMB/AACAfw==", "AAAAPwA=", Reason.BAD_VALUE, "vector"
        },
        new Object[] {"embedding", "AAAAPwAAoL8AAMB/AACAfw==", "", Reason.BAD_VALUE, "vector"},
        new Object[] {
          "embedding-space",
          "\"dimensions\":96",
          "\"dimensions\":2049",
          Reason.BAD_VALUE,
          "versions[2].dimensions"
        },
        new Object[] {
          "embedding-space", "\"after\":\"v6\"", "\"after\":\"v7\"", Reason.BAD_VALUE, "pairs"
        },
        new Object[] {
          "embedding-space", "\"after\":\"v6\"", "\"after\":\"v5\"", Reason.BAD_VALUE, "pairs"
        },
        new Object[] {
          "embedding-space",
          "\"after\":\"v5-again\"",
          "\"after\":\"v4\"",
          Reason.BAD_VALUE,
          "baseline"
        },
        new Object[] {
          "embedding-space",
          "\"version\":\"v6\"",
          "\"version\":\"v5\"",
          Reason.BAD_VALUE,
          "versions"
        },
        new Object[] {
          "embedding-space",
          "\"model_id\":\"rows\",",
          "",
          Reason.MISSING_FIELD,
          "consumers[1].model_id"
        },
        new Object[] {
          "embedding-space",
          "\"dimensions\":96",
          "\"dimensions\":105",
          Reason.BAD_VALUE,
          "sample_size"
        },
        new Object[] {
          "embedding-traffic", "983428800000", "983428200000", Reason.BAD_VALUE, "window_end"
        },
        new Object[] {
          "embedding-traffic",
          "\"start\":983424600000,",
          "",
          Reason.MISSING_FIELD,
          "reference.start"
        },
        new Object[] {
          "embedding-mixture",
          "\"share\":0.25",
          "\"share\":1.25",
          Reason.BAD_VALUE,
          "versions[1].share"
        },
        new Object[] {
          "embedding-mixture",
          "\"version\":\"v6\",",
          "",
          Reason.MISSING_FIELD,
          "versions[1].version"
        },
        new Object[] {
          "embedding-stability", "\"cka\":0.9375,", "", Reason.MISSING_FIELD, "floor.cka"
        },
        new Object[] {
          "embedding-stability",
          "\"reason\":\"ROTATION\",",
          "",
          Reason.MISSING_FIELD,
          "verdicts[0].reason"
        },
        new Object[] {
          "retrain-command",
          "\"model_version\":\"v2\"",
          "\"model_version\":\"v3\"",
          Reason.BAD_VALUE,
          "command_id"
        },
        new Object[] {"retrain-command", "0.82}]", "0.83}]", Reason.BAD_VALUE, "evidence_hash"},
        new Object[] {
          "retrain-command", "0.82}]", "NaN}]", Reason.NOT_JSON, "evidence.signals[0].severity"
        },
        new Object[] {"retrain-command", "ROLLBACK", "RETRAIN", Reason.BAD_VALUE, "target_version"},
        new Object[] {
          "retrain-command",
          "\"target_version\":\"v1\",",
          "",
          Reason.MISSING_FIELD,
          "target_version"
        },
        new Object[] {
          "retrain-command", "\"policy\":\"strict\",", "", Reason.MISSING_FIELD, "policy"
        },
        new Object[] {
          "retrain-command", ",\"policy_version\":4", "", Reason.MISSING_FIELD, "policy_version"
        },
        new Object[] {
          "retrain-command", "983442600000", "983428200000", Reason.BAD_VALUE, "deadline_at"
        },
        new Object[] {
          "retrain-command",
          "{\"score\":0.82",
          "{\"text\":\"" + "x".repeat(32 * 1024) + "\"",
          Reason.BAD_VALUE,
          "evidence"
        },
        new Object[] {
          "retrain-status", "\"new_version\":\"v2\",", "", Reason.MISSING_FIELD, "new_version"
        },
        new Object[] {"retrain-status", "SUCCEEDED", "DONE", Reason.BAD_VALUE, "state"},
        new Object[] {"staleness", "SUSPENDED", "HEALTHY", Reason.BAD_VALUE, "suspension"},
        new Object[] {
          "staleness", "\"suspension\":\"COVERAGE_FLOOR\",", "", Reason.MISSING_FIELD, "suspension"
        },
        new Object[] {
          "staleness", "\"PERFORMANCE\"", "\"DATA_DRIFT\"", Reason.BAD_VALUE, "parts[1]"
        },
        new Object[] {
          "staleness", "\"severity\":0.625,", "", Reason.MISSING_FIELD, "parts[1].severity"
        },
        new Object[] {"staleness", "\"$score\"", "\"\"", Reason.BAD_VALUE, "features[1]"},
        new Object[] {
          "staleness", "\"$score\"", "\"delay_minutes\"", Reason.BAD_VALUE, "features[1]"
        },
        new Object[] {
          "staleness", "[\"CONCEPT_DRIFT\"", "[\"AGE\",\"AGE\"", Reason.BAD_VALUE, "missing[1]"
        },
        new Object[] {
          "decision", "\"note\":\"ü\"", "\"note\":\"u\"", Reason.BAD_VALUE, "decision_id"
        },
        new Object[] {"decision", "ROLLBACK", "WAIT_LABELS", Reason.BAD_VALUE, "command_id"},
        new Object[] {
          "decision",
          "\"mode\":\"APPROVE\"",
          "\"mode\":\"APPROVE\",\"hold\":\"STORM\"",
          Reason.BAD_VALUE,
          "hold"
        },
        new Object[] {"decision", "\"policy\":\"strict\",", "", Reason.MISSING_FIELD, "policy"},
        new Object[] {
          "decision",
          "\"note\":\"ü\"",
          "\"note\":\"" + "x".repeat(64_000) + "\",\"more\":[" + "1,".repeat(40_000) + "1]",
          Reason.BAD_VALUE,
          "inputs"
        },
        new Object[] {
          "control",
          "\"episode\":\"late-arrival/v1/983420000000\",",
          "",
          Reason.MISSING_FIELD,
          "episode"
        },
        new Object[] {"control", "APPROVE", "MUTE", Reason.BAD_VALUE, "episode"},
        new Object[] {
          "control", "\"reason\"", "\"team\":\"red\",\"reason\"", Reason.BAD_VALUE, "team"
        },
        new Object[] {
          "control", "0123456789abcdef\"", "0123456789ABCDEF\"", Reason.BAD_VALUE, "evidence_hash"
        },
        new Object[] {"baseline", "980985600000", "978307200000", Reason.BAD_VALUE, "data_end"},
        new Object[] {"baseline", "[1, ", "[1, 2, NaN, ", Reason.NOT_JSON, "profile.bins[2]"},
        new Object[] {
          "experiment-result", "\"high\":0.025", "\"high\":0.001", Reason.BAD_VALUE, "difference"
        });
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("fieldsOfOtherEvents")
  void event_withOneFieldAtFault_namesIt(
      String event, String good, String bad, Reason reason, String field) {
    Contract<?> contract = contract(event);
    String golden = new String(contract.goldenBytes(), StandardCharsets.UTF_8);
    assertThat(golden).contains(good);

    byte[] bytes = golden.replace(good, bad).getBytes(StandardCharsets.UTF_8);
    assertThat(refusal(contract.reader(), bytes)).isEqualTo(new Refusal(reason, field));
  }

  @Test
  void fieldAndDetail_ofAHostileEvent_holdNothingThatAStoreRefuses() {
    String name = "\\u0000\\u0085\\u001b[2J" + "x".repeat(200);
    String json = "{\"" + name + "\":{\"" + name + "\":NaN}}";

    MalformedEvent refusal =
        catchThrowableOfType(
            MalformedEvent.class,
            () -> PredictionCodec.read(json.getBytes(StandardCharsets.UTF_8)));

    assertThat(refusal.field()).startsWith("???[2Jxx").hasSize(256);
  }

  /** So many features, each with a comma behind it. */
  private static String features(int from, int to) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(i -> "{\"name\":\"f" + i + "\",\"kind\":\"NUMERIC\"},")
        .collect(Collectors.joining());
  }

  private static String signals(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "{\"metric\":\"m" + i + "\",\"method\":\"COUNT\"}")
        .collect(Collectors.joining(","));
  }

  private static Contract<?> contract(String name) {
    return Contract.ALL.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  private record Refusal(Reason reason, @Nullable String field) {}

  private static @Nullable Refusal refusal(Contract.Reader<?> reader, byte @Nullable [] bytes) {
    try {
      reader.read(bytes);
      return null;
    } catch (MalformedEvent e) {
      return new Refusal(e.reason(), e.field());
    }
  }
}
