/** Stored and shipped layouts, each with a version. State names, uids and layouts only grow. */
@NullMarked
package dev.runway.groundtruth.state;

import org.jspecify.annotations.NullMarked;
