/** Checks of a deployment, each of which says what is wrong and what to do about it. */
package io.inkstream.ops.admin.doctor;
