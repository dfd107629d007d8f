package dev.runway.model;

import dev.runway.model.EmbeddingMixture.Mixing;
import dev.runway.model.EmbeddingMixture.Share;
import dev.runway.model.EmbeddingMixture.VersionShare;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON form of an {@link EmbeddingMixture}, contract {@code schemas/embedding-mixture.schema.json}.
 */
public final class EmbeddingMixtureCodec {
  private EmbeddingMixtureCodec() {}

  /** Writes a reading. */
  public static byte[] write(EmbeddingMixture mixture) {
    return JsonBytes.object(
        out -> {
          out.field("model_id", mixture.modelId());
          out.field("model_version", mixture.modelVersion());
          out.field("space_id", mixture.spaceId());
          out.field("window_start", mixture.windowStartMillis());
          out.field("window_end", mixture.windowEndMillis());
          out.field("predictions", mixture.predictions());
          out.field("mixing", mixture.mixing().name());
          out.field("threshold", mixture.threshold());
          out.object("within", fields -> write(fields, mixture.within()));
          out.objects(
              "versions",
              mixture.versions(),
              (fields, each) -> {
                fields.field("version", each.version());
                write(fields, each.share());
              });
        });
  }

  static void write(JsonBytes out, Share share) throws IOException {
    out.field("predictions", share.predictions());
    out.field("share", share.share());
    out.field("low", share.low());
    out.field("high", share.high());
  }

  /**
   * Reads a reading.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static EmbeddingMixture read(byte @Nullable [] bytes) throws MalformedEvent {
    Fields fields = new Fields();
    try (StrictJson json = StrictJson.open(bytes)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        fields.take(field, json);
      }
      json.end();
    }
    return fields.mixture();
  }

  private static final class Fields {
    private @Nullable String modelId;
    private @Nullable String modelVersion;
    private @Nullable String spaceId;
    private long start = EventTime.NONE;
    private long end = EventTime.NONE;
    private long predictions = -1;
    private @Nullable Mixing mixing;
    private double threshold = Double.NaN;
    private @Nullable Share within;
    private @Nullable List<VersionShare> versions;

    void take(String field, StrictJson json) throws MalformedEvent {
      switch (field) {
        case "model_id" -> modelId = json.id();
        case "model_version" -> modelVersion = json.name();
        case "space_id" -> spaceId = json.id();
        case "window_start" -> start = json.instantMillis();
        case "window_end" -> end = json.instantMillis();
        case "predictions" -> predictions = json.count();
        case "mixing" -> mixing = json.constant(Mixing.class);
        case "threshold" -> threshold = json.number(0, 1);
        case "within" -> {
          ShareFields share = new ShareFields();
          share.take(json);
          within = share.share(json);
        }
        case "versions" -> versions = versions(json);
        default -> json.skip();
      }
    }

    private static List<VersionShare> versions(StrictJson json) throws MalformedEvent {
      List<VersionShare> versions = new ArrayList<>();
      json.enterArray();
      while (json.nextElement()) {
        if (versions.size() == Limits.MAX_MIXED_VERSIONS) {
          throw json.bad("at most " + Limits.MAX_MIXED_VERSIONS + " versions are accepted");
        }
        ShareFields share = new ShareFields();
        share.take(json);
        String version = share.version;
        if (version == null) {
          throw json.missingHere("version");
        }
        versions.add(new VersionShare(version, share.share(json)));
      }
      return versions;
    }

    EmbeddingMixture mixture() throws MalformedEvent {
      String model = Required.field("model_id", modelId);
      String ofVersion = Required.field("model_version", modelVersion);
      String space = Required.field("space_id", spaceId);
      long from = Required.time("window_start", start);
      long to = Required.time("window_end", end);
      Required.window(from, to);
      return new EmbeddingMixture(
          model,
          ofVersion,
          space,
          from,
          to,
          Required.count("predictions", predictions),
          Required.field("mixing", mixing),
          Required.number("threshold", threshold),
          Required.field("within", within),
          Required.field("versions", versions));
    }
  }

  /** A share, and the version it is of. */
  private static final class ShareFields {
    private @Nullable String version;
    private long predictions = -1;
    private double share = Double.NaN;
    private double low = Double.NaN;
    private double high = Double.NaN;

    void take(StrictJson json) throws MalformedEvent {
      json.enterObject();
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        switch (field) {
          case "version" -> version = json.name();
          case "predictions" -> predictions = json.count();
          case "share" -> share = json.number(0, 1);
          case "low" -> low = json.number(0, 1);
          case "high" -> high = json.number(0, 1);
          default -> json.skip();
        }
      }
    }

    Share share(StrictJson json) throws MalformedEvent {
      if (predictions < 0) {
        throw json.missingHere("predictions");
      }
      if (Double.isNaN(share)) {
        throw json.missingHere("share");
      }
      if (Double.isNaN(low) || Double.isNaN(high)) {
        throw json.missingHere(Double.isNaN(low) ? "low" : "high");
      }
      return new Share(predictions, share, low, high);
    }
  }
}
