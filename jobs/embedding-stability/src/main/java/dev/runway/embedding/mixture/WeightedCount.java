package dev.runway.embedding.mixture;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** How many, and with which weights. Mutable and not thread safe. */
final class WeightedCount {
  long count;
  double weight;
  double weightSquares;

  void add(double of) {
    count++;
    weight += of;
    weightSquares += of * of;
  }

  void merge(WeightedCount other) {
    count += other.count;
    weight += other.weight;
    weightSquares += other.weightSquares;
  }

  /** Kish's effective number. */
  double effective() {
    return weight * weight / weightSquares;
  }

  void write(DataOutputView out) throws IOException {
    out.writeLong(count);
    out.writeDouble(weight);
    out.writeDouble(weightSquares);
  }

  static WeightedCount read(DataInputView in) throws IOException {
    WeightedCount read = new WeightedCount();
    read.count = in.readLong();
    read.weight = in.readDouble();
    read.weightSquares = in.readDouble();
    return read;
  }
}
