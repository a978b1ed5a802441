/** What readers of lines see, and how their readings are judged: trainer and model server must agree on it. */
package io.inkstream.schemas.reading;
