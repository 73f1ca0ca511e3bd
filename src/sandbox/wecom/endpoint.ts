import type { Answer } from '../wire/answer';
import { isObject, type Fields } from '../wire/body';
import type { World } from '../world';
import type { Agent, Corp } from './corps';
import { wrongType } from './refusal';

/** One call of WeCom's API, checked for its token. */
export interface Call {
  corp: Corp;
  agent: Agent;
  query: URLSearchParams;
  /** The JSON body; empty for GET. */
  body: Fields;
  raw: Buffer;
  contentType: string;
  now: number;
}

export interface Endpoint {
  /** The name under which faults, limits and the books know the call. */
  where: string;
  method: 'GET' | 'POST' | 'both';
  /** The list of apps it must stand on. */
  needs?: 'contact' | 'kf';
  /** Raw means: the body is not JSON. */
  raw?: true;
  /** Runs inside a work; refuses before it writes. */
  run: (world: World, call: Call) => Answer;
}

export type Endpoints = Record<string, Endpoint>;

/** A good answer: errcode and errmsg stand first. */
export const json = (value: object = {}): Answer => ({
  body: JSON.stringify({ errcode: 0, errmsg: 'ok', ...value }),
});

/** WeCom is strict about JSON types: a wrong one is an error, an unknown field is not. */
export function str(body: Fields, name: string): string {
  const value = body[name];
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : wrongType();
}

export function num(body: Fields, name: string, usual = 0): number {
  const value = body[name];
  if (value === undefined || value === null) return usual;
  return typeof value === 'number' ? value : wrongType();
}

export function bool(body: Fields, name: string, usual: boolean): boolean {
  const value = body[name];
  if (value === undefined || value === null) return usual;
  return typeof value === 'boolean' ? value : wrongType();
}

export function list(body: Fields, name: string): unknown[] {
  const value = body[name];
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : wrongType();
}

export const strs = (body: Fields, name: string): string[] =>
  list(body, name).map((one) => (typeof one === 'string' ? one : wrongType()));

export const nums = (body: Fields, name: string): number[] =>
  list(body, name).map((one) => (typeof one === 'number' ? one : wrongType()));

export const objs = (body: Fields, name: string): Fields[] =>
  list(body, name).map((one) => (isObject(one) ? one : wrongType()));

export function obj(body: Fields, name: string): Fields | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  return isObject(value) ? value : wrongType();
}

/** Characters as people count them. */
export const lengthOf = (text: string): number => Array.from(text).length;
export const bytesOf = (text: string): number => Buffer.byteLength(text);
export const seconds = (ms: number): number => Math.floor(ms / 1000);
