export const x: number = 1; export const load = () => import('@nestjs/core/exceptions/exceptions-handler.js');
