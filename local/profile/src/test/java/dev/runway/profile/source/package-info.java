@NullMarked
package dev.runway.profile.source;

import org.jspecify.annotations.NullMarked;
