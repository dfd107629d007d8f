package dev.runway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.api.common.typeinfo.TypeHint;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.typeutils.EitherTypeInfo;
import org.junit.jupiter.api.Test;

class StateTypesTest {

  private static final TypeInformation<UUID> GENERIC = TypeInformation.of(UUID.class);

  @Test
  void pojoOfKnownTypes_passes() {
    StateTypes.requireNoGenericType(Waiting.class);
  }

  @Test
  void uuidInAField_isFoundWithItsPath() {
    assertThatThrownBy(() -> StateTypes.requireNoGenericType(Outer.class))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Outer.inner.id: java.util.UUID");
  }

  @Test
  void genericTypeInsideListMapAndArray_isFound() {
    assertThat(StateTypes.genericTypes(TypeInformation.of(new TypeHint<List<UUID>>() {})))
        .hasSize(1);
    assertThatThrownBy(
            () -> StateTypes.requireNoGenericType(new EitherTypeInfo<>(Types.INT, GENERIC)))
        .isInstanceOf(AssertionError.class);
    assertThat(StateTypes.genericTypes(Types.LIST(TypeInformation.of(UUID.class)))).hasSize(1);
    assertThat(StateTypes.genericTypes(Types.MAP(Types.STRING, TypeInformation.of(UUID.class))))
        .hasSize(1);
    assertThat(StateTypes.genericTypes(Types.OBJECT_ARRAY(TypeInformation.of(UUID.class))))
        .hasSize(1);
  }

  /** A state class as it should be. */
  public static class Waiting {
    public String id = "";
    public long atMillis;
    public Instant seen = Instant.EPOCH;
    public Map<String, Double> features = Map.of();
    public List<String> labels = List.of();
  }

  /** Hides a type for Kryo one level down. */
  public static class Outer {
    public Inner inner = new Inner();
  }

  /** Holds a type for Kryo. */
  public static class Inner {
    public UUID id = new UUID(0, 0);
  }
}
