package dev.runway.driftmonitor.provisional;

import dev.runway.drift.profile.CategoricalProfile;
import dev.runway.model.FeatureSink;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The features of one prediction as bytes, for the wire and for state.
 *
 * <p>Layout 1: a byte 1; then for each feature its name, and a byte 0 with a number of eight bytes,
 * or a byte 1 with a word. Missing features are left out.
 */
public final class SampledFeatures implements FeatureSink {
  private static final int LAYOUT = 1;
  private static final int NUMBER = 0;
  private static final int WORD = 1;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
  private final DataOutputStream out = new DataOutputStream(bytes);

  /** Begins a prediction. */
  public SampledFeatures begin() {
    bytes.reset();
    bytes.write(LAYOUT);
    return this;
  }

  /** The features since {@link #begin}. */
  public byte[] toBytes() {
    return bytes.toByteArray();
  }

  @Override
  public void number(String name, double value) {
    try {
      out.writeUTF(name);
      out.writeByte(NUMBER);
      out.writeDouble(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void category(String name, String value) {
    try {
      out.writeUTF(name);
      out.writeByte(WORD);
      // What a profile would cut need not be kept.
      out.writeUTF(CategoricalProfile.word(value));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void missing(String name) {}

  /** Hands the features of a prediction to a sink. */
  static void read(byte[] features, FeatureSink sink) {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(features));
    try {
      int layout = in.read();
      if (layout != LAYOUT) {
        throw new IllegalStateException("features of layout " + layout + ", this reads " + LAYOUT);
      }
      while (in.available() > 0) {
        String name = in.readUTF();
        if (in.readByte() == NUMBER) {
          sink.number(name, in.readDouble());
        } else {
          sink.category(name, in.readUTF());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("features that were written here", e);
    }
  }
}
