/** Where the command finds the benchmark. */
@NullMarked
package dev.runway.bench;

import org.jspecify.annotations.NullMarked;
