package dev.runway.retraintrigger;

import dev.runway.flink.RecordFormat;
import dev.runway.model.Decision;
import dev.runway.model.DecisionCodec;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommandCodec;
import dev.runway.model.Staleness;
import dev.runway.model.StalenessCodec;
import dev.runway.model.Tick;
import dev.runway.model.TickCodec;
import dev.runway.retraintrigger.stream.DatedTick;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of the records the job writes; all but ticks are keyed by model, so that one
 * reader sees all of it in order. A command is told to have come of its decision, so that the
 * decision's id leads from it to all that became of the command.
 */
final class RetrainTriggerFormats {
  private RetrainTriggerFormats() {}

  private static byte[] utf8(String modelId) {
    return modelId.getBytes(StandardCharsets.UTF_8);
  }

  static final class OfTick implements RecordFormat<DatedTick> {
    @Override
    public byte[] key(DatedTick tick) {
      return Tick.key();
    }

    @Override
    public byte[] value(DatedTick tick) {
      return TickCodec.write(new Tick(tick.atMillis()));
    }
  }

  static final class OfStaleness implements RecordFormat<Staleness> {
    @Override
    public byte[] key(Staleness staleness) {
      return utf8(staleness.modelId());
    }

    @Override
    public byte[] value(Staleness staleness) {
      return StalenessCodec.write(staleness);
    }
  }

  static final class OfDecision implements RecordFormat<Decision> {
    @Override
    public byte[] key(Decision decision) {
      return utf8(decision.modelId());
    }

    @Override
    public byte[] value(Decision decision) {
      return DecisionCodec.write(decision);
    }

    @Override
    public String cause(Decision decision) {
      return decision.id().toString();
    }
  }

  static final class OfCommand implements RecordFormat<RetrainCommand> {
    @Override
    public byte[] key(RetrainCommand command) {
      return utf8(command.cause().modelId());
    }

    @Override
    public byte[] value(RetrainCommand command) {
      return RetrainCommandCodec.write(command);
    }

    @Override
    public @Nullable String cause(RetrainCommand command) {
      return command.decisionId();
    }
  }
}
