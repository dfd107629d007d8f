/** A day of models that go stale and are retrained, lived through twice: in peace, and in war. */
@org.jspecify.annotations.NullMarked
package dev.runway.bench.loopfaults;
