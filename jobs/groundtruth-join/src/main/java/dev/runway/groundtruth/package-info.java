/**
 * The groundtruth-join job: predictions x outcomes -> ground truth, performance, coverage, delay.
 */
@NullMarked
package dev.runway.groundtruth;

import org.jspecify.annotations.NullMarked;
