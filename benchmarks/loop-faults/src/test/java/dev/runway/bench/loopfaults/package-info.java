@org.jspecify.annotations.NullMarked
package dev.runway.bench.loopfaults;
