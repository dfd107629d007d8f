package dev.runway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.CompositeType;
import org.apache.flink.api.java.typeutils.GenericTypeInfo;
import org.apache.flink.api.java.typeutils.ListTypeInfo;
import org.apache.flink.api.java.typeutils.MapTypeInfo;
import org.apache.flink.api.java.typeutils.ObjectArrayTypeInfo;
import org.apache.flink.api.java.typeutils.SetTypeInfo;

/**
 * Finds types that Flink would hand to Kryo, whose bytes no later release could read.
 *
 * <p>Looks at a type, its fields, its type parameters and the elements of its collections. A type
 * with a serializer of its own is opaque: what is inside is that serializer's matter.
 */
public final class StateTypes {

  private StateTypes() {}

  /**
   * Requires that neither the type nor anything in it is generic.
   *
   * @throws AssertionError with the path to every generic type
   */
  public static void requireNoGenericType(TypeInformation<?> type) {
    assertThat(genericTypes(type)).as("types only Kryo can write in %s", type).isEmpty();
    // Flink's own check, for containers this walk does not know.
    SerializerConfigImpl strict = new SerializerConfigImpl();
    strict.setGenericTypes(false);
    assertThatCode(() -> type.createSerializer(strict)).doesNotThrowAnyException();
  }

  /** Same for a class, with the type Flink would extract for it. */
  public static void requireNoGenericType(Class<?> type) {
    requireNoGenericType(TypeInformation.of(type));
  }

  static List<String> genericTypes(TypeInformation<?> type) {
    List<String> found = new ArrayList<>();
    Set<TypeInformation<?>> seen = new HashSet<>();
    Deque<Step> open = new ArrayDeque<>();
    open.push(new Step(type.getTypeClass().getSimpleName(), type));
    while (!open.isEmpty()) {
      Step step = open.pop();
      if (!seen.add(step.type)) {
        continue;
      }
      if (step.type instanceof GenericTypeInfo) {
        found.add(step.path + ": " + step.type.getTypeClass().getName());
      }
      inside(step).forEach(open::push);
    }
    return found;
  }

  private static List<Step> inside(Step outer) {
    List<Step> steps = new ArrayList<>();
    outer
        .type
        .getGenericParameters()
        .forEach((name, type) -> steps.add(new Step(outer.path + "<" + name + ">", type)));
    if (outer.type instanceof CompositeType<?> composite) {
      String[] names = composite.getFieldNames();
      for (int i = 0; i < composite.getArity(); i++) {
        steps.add(new Step(outer.path + "." + names[i], composite.getTypeAt(i)));
      }
    }
    if (outer.type instanceof ListTypeInfo<?> list) {
      steps.add(new Step(outer.path + "[]", list.getElementTypeInfo()));
    }
    if (outer.type instanceof SetTypeInfo<?> set) {
      steps.add(new Step(outer.path + "[]", set.getElementTypeInfo()));
    }
    if (outer.type instanceof MapTypeInfo<?, ?> map) {
      steps.add(new Step(outer.path + ".key", map.getKeyTypeInfo()));
      steps.add(new Step(outer.path + ".value", map.getValueTypeInfo()));
    }
    if (outer.type instanceof ObjectArrayTypeInfo<?, ?> array) {
      steps.add(new Step(outer.path + "[]", array.getComponentInfo()));
    }
    return steps;
  }

  private record Step(String path, TypeInformation<?> type) {}
}
