/** Tests of the archive. */
@NullMarked
package dev.runway.groundtruth.archive;

import org.jspecify.annotations.NullMarked;
