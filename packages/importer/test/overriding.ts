/** The same object but for these methods, which may call those of the real one. */
export function overriding<T extends object>(real: T, methods: Partial<T>): T {
  return new Proxy(real, {
    get: (_, name) => {
      if (name in methods) return Reflect.get(methods, name) as unknown;
      const value: unknown = Reflect.get(real, name, real);
      return typeof value === 'function' ? (value.bind(real) as unknown) : value;
    },
  });
}
