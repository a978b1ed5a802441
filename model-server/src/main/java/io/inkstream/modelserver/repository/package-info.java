/** Keeps the model versions that the topics announce, and lets only verified ones serve. */
package io.inkstream.modelserver.repository;
