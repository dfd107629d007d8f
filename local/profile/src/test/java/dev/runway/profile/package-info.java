@NullMarked
package dev.runway.profile;

import org.jspecify.annotations.NullMarked;
