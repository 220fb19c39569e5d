/* The compiled floor: reads a dump, finds each value of each row and unescapes it into a buffer; no strings are
 * made, nothing is checked. Prints rows, values and a checksum, so that no compiler drops the work. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned char buffer[(1 << 22) + 1];
static unsigned char value[1 << 22];

int main(int argc, char **argv) {
  int file = open(argv[argc - 1], O_RDONLY);
  size_t have = 0;
  uint64_t rows = 0, values = 0, sum = 0;
  int in_rows = 0, depth = 0, quoted = 0, escaped = 0;
  size_t length = 0;
  static const char insert[] = "INSERT INTO ";
  int at_line = 1;
  size_t matched = 0;
  for (;;) {
    ssize_t got = read(file, buffer, 1 << 20);
    if (got <= 0) break;
    have = (size_t)got;
    for (size_t i = 0; i < have; i++) {
      unsigned char c = buffer[i];
      if (!in_rows) {
        if (at_line && matched < 12 && c == (unsigned char)insert[matched]) {
          if (++matched == 12) { in_rows = 1; depth = 0; }
        } else {
          matched = 0;
          at_line = c == '\n';
        }
        continue;
      }
      if (quoted) {
        if (escaped) {
          escaped = 0;
          switch (c) {
            case 'n': c = '\n'; break;
            case 'r': c = '\r'; break;
            case 't': c = '\t'; break;
            case '0': c = 0; break;
            case 'Z': c = 26; break;
          }
          value[length++] = c;
        } else if (c == '\\') {
          escaped = 1;
        } else if (c == '\'') {
          quoted = 0;
        } else {
          value[length++] = c;
        }
      } else if (c == '\'') {
        quoted = 1;
      } else if (c == '(') {
        depth++;
        length = 0;
      } else if (depth == 1 && (c == ',' || c == ')')) {
        values++;
        sum += length + (length ? value[0] + value[length - 1] : 0);
        length = 0;
        if (c == ')') { rows++; depth--; }
      } else if (depth == 0 && c == ';') {
        in_rows = 0;
        matched = 0;
        at_line = 0;
      } else if (depth == 1) {
        value[length++] = c;
      }
    }
  }
  printf("{\"rows\":%llu,\"values\":%llu,\"sum\":%llu}\n", (unsigned long long)rows, (unsigned long long)values, (unsigned long long)sum);
  return 0;
}
