/**
 * The join itself in plain Java: what is kept per prediction, how events merge into it, and what
 * follows. Flink carries these classes; none of them knows it.
 */
@NullMarked
package dev.runway.groundtruth.join;

import org.jspecify.annotations.NullMarked;
