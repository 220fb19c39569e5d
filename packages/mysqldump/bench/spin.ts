/** Work that needs nothing but a core: what two of these are worth is what two workers could be worth at best. */
let x = 1;
for (let i = 0; i < 1.5e9; i++) x = (Math.imul(x, 1664525) + 1013904223) | 0;
process.stdout.write(`${x}\n`);
