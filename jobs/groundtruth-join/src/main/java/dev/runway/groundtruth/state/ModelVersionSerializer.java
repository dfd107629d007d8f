package dev.runway.groundtruth.state;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.groundtruth.window.ModelVersion;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link ModelVersion}. It is a key of state, so it never changes. */
public final class ModelVersionSerializer extends VersionedSerializer<ModelVersion> {
  public static final VersionedTypeInfo<ModelVersion> TYPE =
      VersionedTypeInfo.key(ModelVersion.class, new ModelVersionSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(ModelVersion value, DataOutputView out) throws IOException {
    Compact.writeText(out, value.modelId());
    Compact.writeText(out, value.version());
  }

  @Override
  protected ModelVersion read(int version, DataInputView in) throws IOException {
    return new ModelVersion(Compact.readText(in), Compact.readText(in));
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
