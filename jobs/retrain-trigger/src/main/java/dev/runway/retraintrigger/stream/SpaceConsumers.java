package dev.runway.retraintrigger.stream;

import dev.runway.retraintrigger.state.StoredValue;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/** Tells each model that uses a space what was said of it. Keeps no state. */
public final class SpaceConsumers implements FlatMapFunction<SeenReading, SeenReading> {
  @Override
  public void flatMap(SeenReading space, Collector<SeenReading> out) {
    StoredValue.read(space.value(), SpaceNews.class)
        .byModel()
        .forEach(
            (model, readings) ->
                readings.forEach(
                    reading -> out.collect(space.to(model, StoredValue.write(reading)))));
  }
}
