/** Tests of the groundtruth-join job. */
@NullMarked
package dev.runway.groundtruth;

import org.jspecify.annotations.NullMarked;
