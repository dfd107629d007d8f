package dev.runway.flink.types;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class VersionedTypeInfoTest {
  private final VersionedTypeInfo<Tally> value =
      VersionedTypeInfo.of(Tally.class, new Tally.Serializer());
  private final VersionedTypeInfo<Tally> key =
      VersionedTypeInfo.key(Tally.class, new Tally.Serializer());

  @Test
  void typeInfo_survivesTheJobGraph() throws Exception {
    assertThat(InstantiationUtil.clone(value)).isEqualTo(value).hasSameHashCodeAs(value);
  }

  @Test
  void keyType_differsFromValueType() {
    assertThat(key).isNotEqualTo(value);
    assertThat(key.isKeyType()).isTrue();
    assertThat(value.isKeyType()).isFalse();
  }

  @Test
  void serializer_isOurs() {
    assertThat(value.createSerializer(null)).isInstanceOf(Tally.Serializer.class);
  }
}
