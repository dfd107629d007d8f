/** Serializers with a version, for state and for the wire: never Kryo, never Java serialization. */
@NullMarked
package dev.runway.flink.types;

import org.jspecify.annotations.NullMarked;
